import type { Series } from "./aggregate.ts";

/**
 * Samples side by side: sample `i` is `values[i]` of `series[i]` at `times[i]`. Only the first
 * `length` entries count, and only until the next batch: the arrays are used again.
 */
export interface SampleBatch {
  /** Number of samples. */
  readonly length: number;
  /** What each one is a sample of: the same object for the same metric and tags, all run long. */
  readonly series: readonly Series[];
  /** When each one was taken, milliseconds since the epoch, to the microsecond. */
  readonly times: Float64Array;
  /** Counter: what was added. Gauge: what it was set to. Rate: 0 or 1. Trend: the value. */
  readonly values: Float64Array;
}
