/** What is compared of a metric. */
export type Statistic =
  /** A percentile of a trend. */
  | { readonly kind: "percentile"; readonly p: number }
  /** The mean of a trend. */
  | { readonly kind: "avg" }
  /** A counter, per second of the load. */
  | { readonly kind: "rate" }
  /** The share of a rate's samples that are not zero. */
  | { readonly kind: "share" };

/** `p99`, `avg`, `rate`, `share`. */
export function statisticName(statistic: Statistic): string {
  return statistic.kind === "percentile" ? `p${statistic.p}` : statistic.kind;
}
