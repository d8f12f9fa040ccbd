import { type Histogram, type Registry, summarize } from "../metrics/mod.ts";

/** A statistic of a trend by its name in `summaryTrendStats`: `avg`, `p(95)`, …; 0 without samples. */
export function trendStat(histogram: Histogram, stat: string): number {
  return summarize({ type: "trend", histogram }, stat);
}

/** `count` per second of a run of `durationMs`; 0 for a run that took no time. */
export function perSecond(count: number, durationMs: number): number {
  return durationMs > 0 ? count / (durationMs / 1000) : 0;
}

/** The total of a counter over all its series; 0 where it counted nothing. */
export function totalOf(metrics: Registry, name: string): number {
  const aggregate = metrics.select(name);
  return aggregate?.type === "counter" ? aggregate.total : 0;
}

/** The histogram of a trend over all its series; null without samples. */
export function histogramOf(metrics: Registry, name: string): Histogram | null {
  const aggregate = metrics.select(name);
  return aggregate?.type === "trend" && aggregate.histogram.count > 0 ? aggregate.histogram : null;
}
