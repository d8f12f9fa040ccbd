import type { Timeline, TimelineSeries } from "../../results/mod.ts";
import { joinHeat } from "../drawing/heat.ts";
import { COMMON_METRICS, type Family } from "./families.ts";
import type { PageRow, PageSeries, PageTimeline, TimelineDelta } from "./types.ts";

/** Columns of a heatmap in a report: more than its pixels show. */
const HEAT_COLUMNS = 300;
/** Most parts of the load whose course is drawn. */
const MAX_PARTS = 40;

/** Columns that are kept, by kind of metric: of the whole load, and of a part. */
const WHOLE = {
  counter: ["sum"],
  gauge: ["value"],
  rate: ["passes", "total"],
  trend: ["count", "p50", "p90", "p99", "p99.9", "max"],
} as const;
const PART = { ...WHOLE, trend: ["count", "p50", "p99"] } as const;

/** What decides which series the page draws. */
export interface Drawn {
  readonly families: readonly Family[];
  readonly rows: readonly PageRow[];
}

/** The part of a timeline that the page draws; its columns begin with step `from`. */
export function pageTimeline(timeline: Timeline, drawn: Drawn, from = 0): TimelineDelta {
  const wanted = wantedSeries(drawn);
  return {
    stepMs: timeline.stepMs,
    steps: timeline.steps,
    from,
    series: timeline.series.filter(wanted).map(cut),
  };
}

/** The same with heatmaps as coarse as a file needs them. */
export function fileTimeline(timeline: Timeline, drawn: Drawn): PageTimeline {
  const { stepMs, steps, series } = pageTimeline(timeline, drawn);
  return {
    stepMs,
    steps,
    series: series.map((one) =>
      one.heat === undefined ? one : { ...one, heat: joinHeat(one.heat, HEAT_COLUMNS) }
    ),
  };
}

/** Says which series the page draws. */
function wantedSeries({ families, rows }: Drawn): (series: TimelineSeries) => boolean {
  const whole = new Set(COMMON_METRICS);
  const split = new Set<string>();
  const parts = new Set<string>();
  for (const family of families) {
    for (const name of [family.count, family.failed, ...family.times]) whole.add(name);
    split.add(`${family.count} ${family.split}`);
  }
  const shown = new Map<string, number>();
  for (const { tags, table, family } of rows) {
    const count = shown.get(table) ?? 0;
    shown.set(table, count + 1);
    if (tags === null || count >= MAX_PARTS) continue;
    const known = families.find(({ id }) => id === family);
    for (const name of known === undefined ? [] : [known.count, ...known.times]) {
      parts.add(`${name} ${tagKey(tags)}`);
    }
  }
  return ({ metric, tags }) => {
    const names = Object.keys(tags);
    if (names.length === 0) return whole.has(metric);
    return parts.has(`${metric} ${tagKey(tags)}`) ||
      names.length === 1 && split.has(`${metric} ${names[0]}`);
  };
}

/** Tags in an order of their own, as text. */
function tagKey(tags: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(tags).sort(([a], [b]) => a < b ? -1 : 1));
}

function cut({ metric, type, tags, columns, heat }: TimelineSeries): PageSeries {
  const isWhole = Object.keys(tags).length === 0;
  const kept = Object.fromEntries(
    (isWhole ? WHOLE : PART)[type].map((name) => [
      name,
      (columns[name] ?? []).map(short),
    ]),
  );
  return {
    ...{ metric, type, tags, columns: kept },
    ...(isWhole && heat !== undefined ? { heat } : {}),
  };
}

/** Four digits: more than a line on a screen shows. */
function short(value: number | null): number | null {
  if (value === null || Number.isInteger(value)) return value;
  return Number(value.toPrecision(4));
}
