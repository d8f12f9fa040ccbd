import type { Registry } from "../../metrics/mod.ts";
import type { RunRecord, TimelineSeries } from "../record.ts";
import { metricsOf } from "../totals.ts";
import { batches, effectOf, percentileEffect } from "./batches.ts";
import { Distribution } from "./distribution.ts";
import type { Random } from "../../internal/mod.ts";
import { beta, normal, studentT } from "./random.ts";
import type { Statistic } from "./statistic.ts";

/** A statistic of one run: what it was, and what it may as well have been. */
export interface Measure {
  readonly value: number;
  /** The value of a repetition: bootstrap of the samples, corrected for their dependence. */
  readonly draw: (random: Random) => number;
}

/** One run, ready to be asked. */
export class MeasuredRun {
  readonly record: RunRecord;
  readonly metrics: Registry;
  readonly #distributions = new Map<string, Distribution>();
  readonly #timeline = new Map<string, TimelineSeries>();

  /** Takes a record apart. */
  constructor(record: RunRecord) {
    this.record = record;
    this.metrics = metricsOf(record);
    for (const series of record.timeline.series) {
      this.#timeline.set(keyOf(series.metric, series.tags), series);
    }
  }

  /**
   * A statistic of a metric over the series with these tags; null when there are no samples, or
   * its kind has no such statistic.
   *
   * Percentiles: of a resample of n values, the k-th smallest is the value at the share
   * Beta(k, n-k+1) of the original ones. That is what multinomial resampling of the buckets' counts
   * gives, without going through them. n is the number of values divided by their design effect
   * (see `batches.ts`), as those of one run are not independent. Means: normal, by the same n.
   * Shares: Beta(x+1/2, n-x+1/2), which knows that none of 100 is not never (Jeffreys). Throughput:
   * Student's t from the means of 20 stretches of the run.
   */
  measure(
    metric: string,
    where: Readonly<Record<string, string>>,
    statistic: Statistic,
  ): Measure | null {
    const aggregate = this.metrics.select(metric, where);
    const series = this.#timeline.get(keyOf(metric, where));
    switch (aggregate?.type) {
      case "trend":
        return this.#trend(keyOf(metric, where), aggregate.histogram, series, statistic);
      case "rate":
        return statistic.kind === "share" ? share(aggregate, series) : null;
      case "counter":
        return statistic.kind === "rate" ? this.#throughput(aggregate.total, series) : null;
      default:
        return null;
    }
  }

  #trend(
    key: string,
    histogram: ConstructorParameters<typeof Distribution>[0],
    series: TimelineSeries | undefined,
    statistic: Statistic,
  ): Measure | null {
    const known = this.#distributions.get(key);
    const distribution = known ?? new Distribution(histogram);
    if (known === undefined) this.#distributions.set(key, distribution);
    const { count, mean, variance } = distribution;
    const counts = series?.columns["count"] ?? [];
    const sums = series?.columns["sum"] ?? [];
    const effect = effectOf(batches(sums, counts), variance);
    if (statistic.kind === "avg") {
      const spread = Math.sqrt(variance / (count / effect));
      return { value: mean, draw: (random) => mean + spread * normal(random) };
    }
    if (statistic.kind !== "percentile") return null;
    const part = statistic.p / 100;
    const own = series === undefined ? null : percentileEffect(series, distribution, statistic.p);
    const n = Math.max(1, count / (own ?? effect));
    const rank = part * (n - 1);
    return {
      value: histogram.percentile(statistic.p),
      draw: (random) => distribution.quantile(beta(random, rank + 1, n - rank)),
    };
  }

  #throughput(total: number, series: TimelineSeries | undefined): Measure {
    const seconds = Math.max(this.record.durationMs / 1000, 1e-3);
    const value = total / seconds;
    const { stepMs, steps } = this.record.timeline;
    // The first step lacks what was still on its way, the last one may be a part of one.
    const sums = (series?.columns["sum"] ?? []).slice(1, steps - 1).map((sum) => sum ?? 0);
    const means = batches(sums, sums.map(() => stepMs / 1000)).map(({ mean }) => mean);
    if (means.length < 3) {
      // As many as that are counted give or take their square root, if nothing else is known.
      const spread = Math.sqrt(Math.max(total, 1)) / seconds;
      return { value, draw: (random) => value + spread * normal(random) };
    }
    const middle = means.reduce((a, b) => a + b) / means.length;
    const squares = means.reduce((sum, mean) => sum + (mean - middle) ** 2, 0);
    const spread = Math.sqrt(squares / (means.length - 1) / means.length);
    return { value, draw: (random) => value + spread * studentT(random, means.length - 1) };
  }
}

function share(
  { passes, total }: { passes: number; total: number },
  series: TimelineSeries | undefined,
): Measure {
  const value = total === 0 ? 0 : passes / total;
  const parts = batches(series?.columns["passes"] ?? [], series?.columns["total"] ?? []);
  const n = total / effectOf(parts, value * (1 - value));
  const x = value * n;
  return { value, draw: (random) => beta(random, x + 0.5, n - x + 0.5) };
}

function keyOf(metric: string, tags: Readonly<Record<string, string>>): string {
  const entries = Object.entries(tags).sort(([a], [b]) => a < b ? -1 : 1);
  return JSON.stringify([metric, entries]);
}
