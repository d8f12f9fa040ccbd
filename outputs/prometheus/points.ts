import type { Aggregate, Metric, Series } from "../../metrics/mod.ts";
import type { TrendStat } from "../_trend_stats.ts";

/** What every name begins with. */
export const PREFIX = "k6_";

/**
 * The Prometheus series that one metric makes, by name, as k6's remote write names them:
 * `k6_http_reqs_total`, `k6_checks_rate`, `k6_vus`, `k6_http_req_duration_p95`.
 */
export function namesOf({ name, type }: Metric, stats: readonly TrendStat[]): string[] {
  switch (type) {
    case "counter":
      return [`${PREFIX}${name}_total`];
    case "gauge":
      return [PREFIX + name];
    case "rate":
      return [`${PREFIX}${name}_rate`];
    case "trend":
      return stats.map(({ suffix }) => `${PREFIX}${name}_${suffix}`);
  }
}

/** Their values, in the order of `namesOf`. Trends of time are in seconds, all else as recorded. */
export function valuesOf({ metric, aggregate }: Series, stats: readonly TrendStat[]): number[] {
  switch (aggregate.type) {
    case "counter":
      return [aggregate.total];
    case "gauge":
      return [aggregate.value];
    case "rate":
      return [aggregate.total === 0 ? 0 : aggregate.passes / aggregate.total];
    case "trend": {
      const unit = unitOf(metric);
      return stats.map(({ scales, read }) => read(aggregate.histogram) / (scales ? unit : 1));
    }
  }
}

/** What to divide a trend's values by: Prometheus counts time in seconds. */
export function unitOf({ contains }: Metric): number {
  return contains === "time" ? 1000 : 1;
}

/** A number that changes with every sample, except a gauge's that is set to what it was. */
export function markOf(aggregate: Aggregate): number {
  switch (aggregate.type) {
    case "counter":
    case "rate":
      return aggregate.total;
    case "gauge":
      return aggregate.value;
    case "trend":
      return aggregate.histogram.count;
  }
}
