import { DownpourError } from "../internal/mod.ts";

/** What can go wrong in measuring; match on it, messages may change. */
export type MetricErrorCode =
  | "name_invalid"
  | "value_invalid"
  | "metric_conflict"
  | "metric_limit"
  | "stat_invalid"
  | "delta_malformed"
  | "samples_malformed";

/**
 * A metric that can't be made, fed or merged. Codes: `name_invalid` (a metric's or tag's name),
 * `value_invalid` (a sample), `metric_conflict` (one name, two kinds), `metric_limit` (too many
 * metrics), `stat_invalid` (a statistic its kind doesn't have), `delta_malformed` (bytes that are
 * no delta, or not the next one), `samples_malformed` (bytes that are no batch of samples, or not
 * the next one).
 */
export class MetricError extends DownpourError {
  /** Always `MetricError`. */
  override readonly name: string = "MetricError";

  /** Makes an error; its phase is undefined, for measuring has no steps. */
  constructor(code: MetricErrorCode, message: string, cause?: unknown) {
    super(code, message, { cause });
  }
}
