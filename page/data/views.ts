import { FAMILIES, type Family, ITERATIONS } from "./families.ts";
import type { PageData, PageMetric, PageNow, PageSeries, PageTimeline } from "./types.ts";

/** One number a step; null where there was nothing. */
export type Column = readonly (number | null)[];

/** One line of a plot. */
export interface Line {
  readonly label: string;
  /** Name of its colour: `p99`, `good`, `c1`. */
  readonly color: string;
  readonly values: Column;
  /** Whether it stands back behind the others. */
  readonly thin?: boolean;
}

/** The families that a run has numbers of, the main one first. */
export function familiesIn({ metrics }: Pick<PageNow, "metrics">): Family[] {
  const names = new Set(metrics.map(({ name }) => name));
  const found = FAMILIES.filter(({ count }) => names.has(count));
  return found.length === 0 ? [ITERATIONS] : found;
}

/** A metric of the whole load; undefined before its first sample. */
export function metricOf(
  { metrics }: Pick<PageNow, "metrics">,
  name: string,
): PageMetric | undefined {
  return metrics.find((metric) => metric.name === name);
}

/** One statistic of a metric; null before its first sample. */
export function statOf(now: Pick<PageNow, "metrics">, name: string, stat: string): number | null {
  return metricOf(now, name)?.values[stat] ?? null;
}

/** The trend that a family is timed by; null without samples. */
export function timedBy(now: Pick<PageNow, "metrics">, { times }: Family): string | null {
  return times.find((name) => metricOf(now, name) !== undefined) ?? null;
}

/** Requests, and how many of them failed. */
export function failuresOf(
  now: Pick<PageNow, "metrics" | "checks">,
  family: Family,
): { readonly failed: number; readonly share: number } {
  const metric = metricOf(now, family.failed);
  const count = statOf(now, family.count, "count") ?? 0;
  const failed = metric?.values[metric.type === "rate" ? "passes" : "count"] ?? 0;
  return { failed, share: count > 0 ? Math.min(1, failed / count) : 0 };
}

/** A series of a timeline by metric and tags. */
export function seriesOf(
  timeline: PageTimeline,
  metric: string,
  tags: Readonly<Record<string, string>> = {},
): PageSeries | undefined {
  const wanted = Object.entries(tags);
  return timeline.series.find((series) =>
    series.metric === metric && Object.keys(series.tags).length === wanted.length &&
    wanted.every(([name, value]) => series.tags[name] === value)
  );
}

/** A column of a series, one entry a step. */
export function columnOf(
  timeline: PageTimeline,
  metric: string,
  column: string,
  tags: Readonly<Record<string, string>> = {},
): Column {
  return seriesOf(timeline, metric, tags)?.columns[column] ?? nothing(timeline);
}

function nothing({ steps }: PageTimeline): Column {
  return Array.from({ length: steps }, () => null);
}

/** The middle of each step, seconds. */
export function stepSeconds({ stepMs, steps }: PageTimeline): number[] {
  return Array.from({ length: steps }, (_, i) => (i + 0.5) * stepMs / 1000);
}

/** Shortest axis of a run whose length is known, milliseconds: its beginning is not stretched. */
const LEAST_AXIS_MS = 60_000;

/** Where the axis of time ends, seconds. */
export function endSeconds({ timeline, now }: Pick<PageData, "timeline" | "now">): number {
  const { totalMs, phase } = now.state;
  const least = phase === "ended" ? 0 : Math.min(totalMs ?? LEAST_AXIS_MS, LEAST_AXIS_MS);
  return Math.max(timeline.steps * timeline.stepMs, least, 1000) / 1000;
}

/** Sums of steps per second; a step without is 0, and the last step is as long as it has lasted. */
export function perSecond(
  timeline: PageTimeline,
  sums: Column,
  elapsedMs: number,
): number[] {
  return sums.map((sum, i) => {
    const begun = i * timeline.stepMs;
    const last = i === timeline.steps - 1 ? elapsedMs - begun : timeline.stepMs;
    // The end of a step is told a little early or late: less than half of one is a leftover.
    const lasted = last < timeline.stepMs / 2 ? timeline.stepMs : Math.min(last, timeline.stepMs);
    return (sum ?? 0) / (lasted / 1000);
  });
}

/** Counts of a family's parts per second, by the tag that splits them, busiest first. */
export function splitLines({ timeline, now }: PageData, family: Family, most = 6): Line[] {
  const { elapsedMs } = now.state;
  const found = timeline.series.filter(({ metric, tags }) =>
    metric === family.count && Object.keys(tags).length === 1 && tags[family.split] !== undefined
  ).map((series) => {
    const sums = series.columns["sum"] ?? nothing(timeline);
    const total = sums.reduce<number>((sum, value) => sum + (value ?? 0), 0);
    return { label: series.tags[family.split]!, sums, total };
  }).sort((a, b) => b.total - a.total).slice(0, most);
  if (found.length === 0) {
    const values = perSecond(timeline, columnOf(timeline, family.count, "sum"), elapsedMs);
    return [{ label: family.unit, color: "c1", values }];
  }
  const isStatus = family.split === "status";
  const used = new Map<string, number>();
  return found.map(({ label, sums }, i) => {
    const color = isStatus ? statusColor(label) : `c${i % 6 + 1}`;
    const shade = used.get(color) ?? 0;
    used.set(color, shade + 1);
    return {
      label: isStatus && label === "0" ? "no response" : label,
      color: shade === 0 ? color : `c${(i + 3) % 6 + 1}`,
      values: perSecond(timeline, sums, elapsedMs),
    };
  });
}

function statusColor(status: string): string {
  if (status.startsWith("2")) return "good";
  if (status.startsWith("3") || status.startsWith("1")) return "c1";
  return status.startsWith("4") ? "warn" : "bad";
}

/** Percentiles over time. */
export const PERCENTILES: readonly (readonly [column: string, label: string])[] = [
  ["p50", "p50"],
  ["p90", "p90"],
  ["p99", "p99"],
  ["p99.9", "p99.9"],
];

/** Percentiles of a family's times. */
export function latencyLines({ timeline, now }: PageData, family: Family): Line[] {
  const metric = timedBy(now, family);
  if (metric === null) return [];
  return PERCENTILES.map(([column, label]) => ({
    label,
    color: label.replace(".", ""),
    values: columnOf(timeline, metric, column),
    thin: label === "p99.9",
  }));
}

/** Virtual users. */
export function vuLines({ timeline }: PageData): Line[] {
  return [
    { label: "VUs busy", color: "c1", values: columnOf(timeline, "vus", "value") },
    { label: "VUs", color: "c6", values: columnOf(timeline, "vus_max", "value") },
  ];
}

/** What the plot of `startLines` is called. */
export const STARTS_TITLE = "Late and dropped starts, per second";

/** Iterations that started late, and those that were dropped, per second; none without any. */
export function startLines({ timeline, now }: PageData): Line[] {
  const lines = ([["late", "warn"], ["dropped", "bad"]] as const).map(([label, color]) => {
    const sums = columnOf(timeline, `${label}_iterations`, "sum");
    return { label, color, values: perSecond(timeline, sums, now.state.elapsedMs) };
  });
  return lines.some(({ values }) => values.some((value) => value > 0)) ? lines : [];
}
