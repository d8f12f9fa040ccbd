import { OptionError } from "../internal/mod.ts";
import { type Histogram, isStat, summarize } from "../metrics/mod.ts";

/** One statistic of trends as outputs that send numbers, not histograms, name it. */
export interface TrendStat {
  /** As it stands in names: `p95`, `p999` for `p(99.9)`, `avg`. */
  readonly suffix: string;
  /** Whether it has the unit of the values: `count` has none. */
  readonly scales: boolean;
  /** Its value so far. */
  read(histogram: Histogram): number;
}

/**
 * Statistics of a list such as `p(95),max`: `count`, `sum`, `min`, `max`, `avg`, `med`, `p(N)`.
 *
 * @throws {OptionError} for anything else, and for two that have one suffix
 */
export function readTrendStats(names: readonly string[], option: string): TrendStat[] {
  const distinct = [...new Set(names)];
  const stats = distinct.map((name) => readStat(name, option));
  for (const [i, { suffix }] of stats.entries()) {
    if (stats.findIndex((other) => other.suffix === suffix) === i) continue;
    throw new OptionError(option, `${option} names two statistics ${suffix}: "${distinct[i]}"`);
  }
  return stats;
}

function readStat(name: string, option: string): TrendStat {
  if (name === "sum") return { suffix: name, scales: true, read: ({ sum }) => sum };
  if (!isStat("trend", name)) {
    throw new OptionError(
      option,
      `${option} names no statistic of trends: "${name}" ` +
        `(choose of count, sum, min, max, avg, med, p(N))`,
    );
  }
  return {
    suffix: name.replace(/[().]/g, ""),
    scales: name !== "count",
    read: (histogram) => summarize({ type: "trend", histogram }, name),
  };
}
