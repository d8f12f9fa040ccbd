import {
  type Aggregate,
  emptyAggregate,
  type Histogram,
  mergeAggregate,
  type Metric,
  Registry,
  restoreHistogram,
  restoreSeries,
} from "../metrics/mod.ts";
import type { ShardReport } from "../runner/mod.ts";
import type { RecordedHistogram, RecordedSeries, RunRecord } from "./record.ts";

/** Most series of a metric that keep their tags: the busiest. The rest is one without tags. */
const MAX_SERIES = 200;

/** What a registry holds, as a record has it. */
export interface Totals {
  /** Counters, gauges and rates. */
  readonly series: readonly RecordedSeries[];
  /** Trends. */
  readonly histograms: readonly RecordedHistogram[];
}

/** One series on its way into a record. */
interface Total {
  readonly tags: Readonly<Record<string, string>>;
  readonly aggregate: Aggregate;
}

/**
 * Takes the totals of a run out of its registry. The tag `url` is left out where there is a `name`,
 * which a script gives to what has too many URLs.
 */
export function totalsOf(metrics: Registry): Totals {
  const series: RecordedSeries[] = [];
  const histograms: RecordedHistogram[] = [];
  for (const metric of metrics.metrics()) {
    for (const { tags, aggregate } of totals(metrics, metric)) {
      const { name, type, contains } = metric;
      if (aggregate.type === "trend") {
        histograms.push({ metric: name, contains, tags, ...histogramData(aggregate.histogram) });
      } else {
        const { type: _, ...values } = aggregate;
        series.push({
          metric: name,
          type: type as RecordedSeries["type"],
          contains,
          tags,
          values,
        });
      }
    }
  }
  return { series, histograms };
}

/** Takes the durations of each shard's iterations, of the first shards that have any. */
export function shardHistograms(
  shards: readonly Pick<ShardReport, "index" | "durations">[],
): RecordedHistogram[] {
  return shards.filter(({ durations }) => durations.count > 0).slice(0, MAX_SERIES).map(
    ({ index, durations }) => ({
      ...{ metric: "iteration_duration", contains: "time", tags: { shard: String(index) } },
      ...histogramData(durations),
    }),
  );
}

/** The registry that a record's totals came from, with the tags that they kept. */
export function metricsOf(
  { series, histograms }: Pick<RunRecord, "series" | "histograms">,
): Registry {
  const metrics = new Registry({ maxSeries: Infinity, maxTagValues: Infinity });
  for (const { metric: name, type, contains, tags, values } of series) {
    const aggregate = { ...emptyAggregate(type), ...values } as Aggregate;
    restoreSeries(metrics, { name, type, contains }, tags, aggregate);
  }
  for (const { metric: name, contains, tags, ...written } of histograms) {
    const histogram = restoreHistogram(written);
    restoreSeries(metrics, { name, type: "trend", contains }, tags, { type: "trend", histogram });
  }
  return metrics;
}

function totals(metrics: Registry, metric: Metric): Total[] {
  const found = new Map<string, Total>();
  for (const { tags, aggregate } of metrics.series(metric.name)) {
    const named = tags.get("name") !== undefined;
    const kept = tags.entries.filter(([name]) => name !== "url" || !named);
    const key = JSON.stringify(kept);
    const total = found.get(key) ??
      { tags: Object.fromEntries(kept), aggregate: emptyAggregate(metric.type) };
    mergeAggregate(total.aggregate, aggregate);
    found.set(key, total);
  }
  const all = [...found.values()];
  if (all.length <= MAX_SERIES) return all;
  all.sort((a, b) => weight(b.aggregate) - weight(a.aggregate));
  const rest: Total = { tags: {}, aggregate: emptyAggregate(metric.type) };
  for (const { aggregate } of all.slice(MAX_SERIES - 1)) mergeAggregate(rest.aggregate, aggregate);
  return [...all.slice(0, MAX_SERIES - 1), rest];
}

/** How much a series says of the load. */
function weight(aggregate: Aggregate): number {
  switch (aggregate.type) {
    case "counter":
    case "rate":
      return aggregate.total;
    case "trend":
      return aggregate.histogram.count;
    case "gauge":
      return 0;
  }
}

function histogramData(histogram: Histogram) {
  const buckets: number[] = [];
  for (const [lower, upper, count] of histogram.buckets()) {
    buckets.push(upper <= 0 ? upper : lower, count);
  }
  const { count, sum, min, max } = histogram;
  return { count, sum, min, max, buckets };
}
