/**
 * The metrics that wRPC records, without the modules that record them: thresholds may name them, and
 * a run that has nothing to do with wRPC loads nothing of it.
 *
 * @module
 */
import type { Metric } from "../../metrics/mod.ts";
import { WRPC_BLASTER_METRICS } from "../blaster/metrics.ts";
import { WRPC_HTTP_METRICS } from "../http/metrics.ts";
import { WRPC_TRANSPORT_METRICS } from "../metrics.ts";

/** All of them. */
export const MEASURED: readonly Metric[] = [
  ...Object.values(WRPC_TRANSPORT_METRICS),
  ...Object.values(WRPC_BLASTER_METRICS),
  ...Object.values(WRPC_HTTP_METRICS),
];
