/**
 * The metrics that packet sessions record, without the module that records them: thresholds may name
 * them, and a run that has nothing to do with packets loads nothing of it.
 *
 * @module
 */
import type { Metric } from "../../metrics/mod.ts";
import { PACKET_METRICS } from "../metrics.ts";

/** All of them. */
export const MEASURED: readonly Metric[] = Object.values(PACKET_METRICS);

/** Sessions, which a lost shard leaves open. */
export const OPENS: readonly Record<"opened" | "closed" | "failed", Metric>[] = [{
  opened: PACKET_METRICS.opened,
  closed: PACKET_METRICS.closed,
  failed: PACKET_METRICS.sessionsFailed,
}];
