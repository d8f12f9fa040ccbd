/**
 * The metrics that NATS connections and JetStream record, without the module that records them:
 * thresholds may name them, and a run that has nothing to do with NATS loads nothing of it.
 *
 * @module
 */
import type { Metric } from "../../metrics/mod.ts";
import { JETSTREAM_METRICS } from "../jetstream/series.ts";
import { NATS_METRICS } from "../metrics.ts";

/** All of them. */
export const MEASURED: readonly Metric[] = [
  ...Object.values(NATS_METRICS),
  ...Object.values(JETSTREAM_METRICS),
];
