/**
 * Results of jobs on their way: the agent's side, which pushes them and loses none that it does not
 * count, and the collector, which takes them, keeps them and sums them up.
 *
 * @module
 */
export { createPusher, type ResultPusher } from "./pusher.ts";
export type { PusherOptions } from "./pusher_options.ts";
export type { Drop, PushCounts } from "./ledger.ts";
export {
  type CollectorLimits,
  type CollectorOptions,
  type CollectorServer,
  type CollectorStore,
  startCollector,
} from "./server.ts";
export { RESULT_METRICS } from "./metrics.ts";
export {
  durationOf,
  type EndpointSummary,
  type JobSummary,
  type Latency,
  type ResultSummary,
  summarizeJob,
} from "./summary.ts";
export { renderJobSummary, type TableLook } from "./table.ts";
