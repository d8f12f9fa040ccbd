import type { Metric } from "../../metrics/mod.ts";
import { endpointText } from "./names.ts";
import { OTHER } from "../record.ts";
import type { MeasuredRun } from "./measure.ts";
import type { Statistic } from "./statistic.ts";

/** Something to be compared. */
export interface Row {
  readonly metric: Metric;
  /** Empty for the whole load. */
  readonly tags: Readonly<Record<string, string>>;
  readonly statistic: Statistic;
  /** What is better: 1 for more, -1 for less, 0 where that is not known. */
  readonly better: -1 | 0 | 1;
  /**
   * What a change is: `relative` to what was; of shares `points` (0.01 is one of a hundred); of
   * counters of what went wrong, which are often 0, `plain` per second.
   */
  readonly scale: "relative" | "points" | "plain";
}

const PERCENTILES = [50, 95, 99];
/** What durations are made of: shown by the page, too much for a table. */
const PHASES =
  /_(blocked|connecting|looking_up|lookup|tls_handshaking|sending|waiting|receiving|total)$/;
const BAD = /error|fail|drop|lost|reconnect|trap|fault|timeout|empty/;
/** Counters of ours: each counts what the load gets done. */
const WORK = /^(http_reqs|iterations|nats_msgs_|nats_js_acks|wrpc_|packet_packets_)/;
/** Tags whose values are compared one by one, and what belongs to their name. */
const PARTS: readonly (readonly string[])[] = [["name", "method"], ["subject"], ["endpoint"], [
  "check",
]];
/** Most parts of one metric: the busiest. */
const MAX_PARTS = 50;

/** What two sides have in common that says how the load went: first the whole, then its parts. */
export function commonRows(before: readonly MeasuredRun[], after: readonly MeasuredRun[]): Row[] {
  const runs = [...before, ...after];
  // With a closed model it is the same as iteration_duration.
  const isOpen = runs.some(({ record }) => record.summary.run.generator.open !== null);
  const metrics = [...runs[0]!.metrics.metrics()]
    .filter((metric) => runs.every((run) => isSame(run.metrics.metric(metric.name), metric)))
    .filter(({ name }) => isOpen || name !== "iteration_response_time")
    .sort((a, b) => placeOf(a) - placeOf(b));
  const whole = metrics.flatMap((metric) => rowsOf(metric, {}));
  const parts = metrics.filter(hasParts).flatMap((metric) =>
    partsOf(metric, runs).flatMap((tags) => rowsOf(metric, tags))
  );
  return [...whole, ...parts];
}

/** A row of a metric's statistic. */
export function rowOf(metric: Metric, tags: Row["tags"], statistic: Statistic): Row {
  const better = betterOf(metric);
  const scale = statistic.kind === "share"
    ? "points"
    : statistic.kind === "rate" && better < 0
    ? "plain"
    : "relative";
  return { metric, tags, statistic, better, scale };
}

function betterOf({ name, type, contains }: Metric): Row["better"] {
  if (type === "trend") return contains === "time" ? -1 : 0;
  if (name === "checks") return 1;
  if (BAD.test(name)) return -1;
  return WORK.test(name) ? 1 : 0;
}

function rowsOf(metric: Metric, tags: Row["tags"]): Row[] {
  const row = (statistic: Statistic): Row => rowOf(metric, tags, statistic);
  switch (metric.type) {
    case "trend":
      if (PHASES.test(metric.name)) return [];
      return PERCENTILES.map((p) => row({ kind: "percentile", p }));
    case "rate":
      return [row({ kind: "share" })];
    case "counter":
      return betterOf(metric) === 0 ? [] : [row({ kind: "rate" })];
    case "gauge":
      return [];
  }
}

/** What the load is about comes before what it is driven by, counts before times. */
function placeOf({ name, type }: Metric): number {
  const kinds = { counter: 0, rate: 1, trend: 2, gauge: 3 };
  return (/^(iteration|dropped_|group_|net_)/.test(name) ? 10 : 0) + kinds[type];
}

function hasParts({ name, type }: Metric): boolean {
  return type !== "gauge" && !/^(iteration|group_|data_|net_)/.test(name);
}

/** The parts that all runs have samples of, busiest first. */
function partsOf({ name }: Metric, runs: readonly MeasuredRun[]): Row["tags"][] {
  const found = new Map<
    string,
    { tags: Record<string, string>; count: number; runs: Set<number> }
  >();
  runs.forEach((run, index) => {
    for (const { tags, aggregate } of run.metrics.series(name)) {
      for (const [tag, ...more] of PARTS) {
        const value = tags.get(tag!);
        if (value === undefined || value === OTHER) continue;
        const part = [tag!, ...more].flatMap((name) => {
          const own = tags.get(name);
          return own === undefined ? [] : [[name, own]];
        });
        const key = JSON.stringify(part);
        const known = found.get(key) ??
          { tags: Object.fromEntries(part), count: 0, runs: new Set() };
        known.count += aggregate.type === "trend"
          ? aggregate.histogram.count
          : aggregate.type === "gauge"
          ? 0
          : aggregate.total;
        known.runs.add(index);
        found.set(key, known);
      }
    }
  });
  const common = [...found.values()].filter((part) => part.runs.size === runs.length);
  const sorted = common.sort((a, b) =>
    b.count - a.count || (endpointText(a.tags) < endpointText(b.tags) ? -1 : 1)
  );
  // Of one part alone the whole says the same.
  if (sorted.length < 2) return [];
  return sorted.slice(0, MAX_PARTS).map(({ tags }) => tags);
}

function isSame(a: Metric | undefined, b: Metric): boolean {
  return a?.type === b.type && a.contains === b.contains;
}
