/** How samples of a metric are put together: k6's four kinds. */
export type MetricType = "counter" | "gauge" | "rate" | "trend";

/** What a metric's values are, for display: plain numbers, milliseconds or bytes. */
export type MetricContents = "default" | "time" | "data";

/** A metric's identity: two metrics of one name must agree in both other fields. */
export interface Metric {
  /** Name as scripts, thresholds and summaries know it: a letter or `_`, then letters, digits, `_`; at most 128. */
  readonly name: string;
  /** Kind of aggregation. */
  readonly type: MetricType;
  /** Unit family of its values. */
  readonly contains: MetricContents;
}
