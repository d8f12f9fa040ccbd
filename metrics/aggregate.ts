import { MetricError } from "./errors.ts";
import { Histogram } from "./histogram.ts";
import type { Metric, MetricType } from "./metric.ts";
import type { Tags } from "./tags.ts";

/** What the samples of one kind of metric add up to. */
export type Aggregate =
  | { type: "counter"; total: number }
  | { type: "gauge"; value: number; min: number; max: number }
  | { type: "rate"; passes: number; total: number }
  | { type: "trend"; histogram: Histogram };

/** One metric with one tag set, and what was recorded for it. */
export interface Series {
  /** What is measured. */
  readonly metric: Metric;
  /** For which part of the load. */
  readonly tags: Tags;
  /** Live: it changes as samples come. */
  readonly aggregate: Aggregate;
}

/** An aggregate of a kind before its first sample. */
export function emptyAggregate<T extends MetricType>(type: T): Extract<Aggregate, { type: T }>;
export function emptyAggregate(type: MetricType): Aggregate {
  switch (type) {
    case "counter":
      return { type, total: 0 };
    case "gauge":
      return { type, value: 0, min: Infinity, max: -Infinity };
    case "rate":
      return { type, passes: 0, total: 0 };
    case "trend":
      return { type, histogram: new Histogram() };
  }
}

/** Adds `from` to `into`, of the same kind; a gauge takes the value of `from`. */
export function mergeAggregate(into: Aggregate, from: Aggregate): void {
  if (into.type === "counter" && from.type === "counter") {
    into.total += from.total;
  } else if (into.type === "gauge" && from.type === "gauge") {
    into.value = from.value;
    if (from.min < into.min) into.min = from.min;
    if (from.max > into.max) into.max = from.max;
  } else if (into.type === "rate" && from.type === "rate") {
    into.passes += from.passes;
    into.total += from.total;
  } else if (into.type === "trend" && from.type === "trend") {
    into.histogram.merge(from.histogram);
  }
}

/** Statistics that each kind of metric has, as thresholds and summaries write them. */
export const STATS: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ["count", "rate"],
  gauge: ["value", "min", "max"],
  rate: ["rate", "passes", "fails"],
  trend: ["avg", "min", "med", "max", "count", "p(N)"],
};

const PERCENTILE = /^p\((\d+(?:\.\d+)?)\)$/;

/** The percentage in `p(95)`; undefined when the text is no percentile from 0 to 100. */
export function parsePercentile(stat: string): number | undefined {
  const match = PERCENTILE.exec(stat);
  if (match === null) return undefined;
  const p = Number(match[1]);
  return p <= 100 ? p : undefined;
}

/** Whether a kind of metric has a statistic, for example `isStat("trend", "p(99.9)")`. */
export function isStat(type: MetricType, stat: string): boolean {
  if (stat === "p(N)") return false;
  return STATS[type].includes(stat) || (type === "trend" && parsePercentile(stat) !== undefined);
}

/**
 * One statistic of an aggregate. Trends: `avg min med max count p(N)`, 0 when empty. Counters:
 * `count`, and `rate` per second of `elapsedMs`. Rates: `rate` (0 to 1, 0 when empty), `passes`,
 * `fails`. Gauges: `value`, `min`, `max`.
 *
 * @throws {MetricError} `stat_invalid` when that kind of metric has no such statistic
 */
export function summarize(aggregate: Aggregate, stat: string, elapsedMs = 0): number {
  const value = read(aggregate, stat, elapsedMs);
  if (value !== undefined) return value;
  throw new MetricError(
    "stat_invalid",
    `Can't summarize a ${aggregate.type} by: ${JSON.stringify(stat)} ` +
      `(it has ${STATS[aggregate.type].join(", ")})`,
  );
}

function read(aggregate: Aggregate, stat: string, elapsedMs: number): number | undefined {
  switch (aggregate.type) {
    case "counter":
      if (stat === "count") return aggregate.total;
      if (stat === "rate") return elapsedMs > 0 ? aggregate.total / (elapsedMs / 1000) : 0;
      return undefined;
    case "gauge":
      if (stat === "value") return aggregate.value;
      if (stat !== "min" && stat !== "max") return undefined;
      return Number.isFinite(aggregate[stat]) ? aggregate[stat] : 0;
    case "rate":
      if (stat === "rate") return aggregate.total === 0 ? 0 : aggregate.passes / aggregate.total;
      if (stat === "passes") return aggregate.passes;
      return stat === "fails" ? aggregate.total - aggregate.passes : undefined;
    case "trend": {
      const { histogram } = aggregate;
      if (stat === "avg") return histogram.mean();
      if (stat === "med") return histogram.percentile(50);
      if (stat === "min" || stat === "max" || stat === "count") return histogram[stat];
      const p = parsePercentile(stat);
      return p === undefined ? undefined : histogram.percentile(p);
    }
  }
}
