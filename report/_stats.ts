import { type Histogram, summarize } from "../metrics/mod.ts";

/** A statistic of a trend by its name in `summaryTrendStats`: `avg`, `p(95)`, …; 0 without samples. */
export function trendStat(histogram: Histogram, stat: string): number {
  return summarize({ type: "trend", histogram }, stat);
}

/** `count` per second of a run of `durationMs`; 0 for a run that took no time. */
export function perSecond(count: number, durationMs: number): number {
  return durationMs > 0 ? count / (durationMs / 1000) : 0;
}
