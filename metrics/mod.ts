/**
 * Measuring: metrics for scripts, a recorder for protocols, mergeable series, thresholds.
 *
 * Samples are counted where they arise, in memory that doesn't grow with their number; what one
 * process counted travels as small binary deltas and adds up in another.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import {
 *   DeltaDecoder,
 *   DeltaEncoder,
 *   evaluateThreshold,
 *   newContext,
 *   parseThreshold,
 *   Registry,
 *   runInContext,
 *   Trend,
 * } from "@downpour/downpour/metrics";
 *
 * const shard = new Registry();
 * runInContext(newContext(shard), () => {
 *   const latency = new Trend("basket_latency", true);
 *   for (let ms = 1; ms <= 100; ms++) latency.add(ms, { page: ms % 2 ? "home" : "basket" });
 * });
 *
 * const total = new Registry();
 * new DeltaDecoder(total).apply(new DeltaEncoder(shard).encode());
 *
 * const home = total.select("basket_latency", { page: "home" });
 * const rule = parseThreshold("p(95) < 100", "trend");
 * assert.equal(evaluateThreshold(rule, home, 1000).ok, true);
 * ```
 *
 * @module
 */
export {
  type Aggregate,
  emptyAggregate,
  isStat,
  mergeAggregate,
  type Series,
  summarize,
} from "./aggregate.ts";
export {
  closeContext,
  closeOwned,
  type Context,
  currentContext,
  newContext,
  runInContext,
  takeOwned,
} from "./context.ts";
export { DEFAULT_SYSTEM_TAGS, type SystemTags } from "./system_tags.ts";
export { ChangeTracker, type SeriesChange } from "./change_tracker.ts";
export { Counter } from "./counter.ts";
export { DeltaDecoder } from "./delta_decoder.ts";
export { DeltaEncoder } from "./delta_encoder.ts";
export type { IoBytes, IoCounts } from "./io.ts";
export { MetricError, type MetricErrorCode } from "./errors.ts";
export { type FailureSample, FailureSamples } from "./failures.ts";
export { Gauge } from "./gauge.ts";
export { Histogram } from "./histogram.ts";
export type { Metric, MetricContents, MetricType } from "./metric.ts";
export type { Closeable, Owned } from "./owned.ts";
export { Rate } from "./rate.ts";
export type { Recorder, Sink } from "./recorder.ts";
export { Registry, type RegistryOptions } from "./registry.ts";
export type { SampleBatch } from "./sample_batch.ts";
export { restoreHistogram, restoreSeries, type WrittenHistogram } from "./restore.ts";
export { SampleDecoder } from "./sample_decoder.ts";
export { SampleMerger } from "./sample_merger.ts";
export { SampleStream, type SampleStreamOptions } from "./sample_stream.ts";
export type { Tags } from "./tags.ts";
export {
  evaluateThreshold,
  parseSelector,
  parseThreshold,
  type Selector,
  type Threshold,
  type ThresholdJudgement,
  type ThresholdOperator,
} from "./thresholds.ts";
export { Trend } from "./trend.ts";
export type { RegistryWarning } from "./warnings.ts";
