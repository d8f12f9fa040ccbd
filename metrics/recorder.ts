import type { FailureSamples } from "./failures.ts";
import type { Metric } from "./metric.ts";
import type { Tags } from "./tags.ts";

/** Takes the values of one series. Stays valid for the life of its recorder, so callers keep it. */
export interface Sink {
  /** Counter: adds. Gauge: sets. Rate: 0 or 1. Trend: one sample. */
  add(value: number): void;
}

/**
 * The one thing that protocol code knows of measuring: where the samples of a metric with certain
 * tags go. Looking a sink up is for set-up time; keep it where the hot path can reach it.
 */
export interface Recorder {
  /** The empty tag set of this recorder; every other set is derived from it by `with`. */
  readonly tags: Tags;
  /**
   * The sink of a series, made on first use.
   *
   * @throws {MetricError} `metric_conflict` when the name is taken by a metric of another kind
   */
  sink(metric: Metric, tags: Tags): Sink;
  /** Keeps the first few calls that failed; without it nobody wants them. */
  readonly failures?: FailureSamples;
  /** Tells whoever runs this what they should know of the numbers; one line, or a few. */
  warn?(text: string): void;
}
