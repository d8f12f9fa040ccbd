import { type Aggregate, emptyAggregate, mergeAggregate, type Metric } from "../metrics/mod.ts";
import { heatBounds, heatBucket } from "./heat.ts";
import type { Part } from "./_parts.ts";
import type { TimelineSeries } from "./record.ts";

/** Percentiles that a trend's steps have, and the columns' names. */
const PERCENTILES = [["p50", 50], ["p90", 90], ["p99", 99], ["p99.9", 99.9]] as const;

/** How the numbers of two neighbouring steps become those of one; NaN is a step without. */
type Join = (earlier: number, later: number) => number;

const add: Join = (a, b) => a + b;
const last: Join = (_, b) => b;
const least: Join = Math.min;
const most: Join = Math.max;

/** Columns of each kind of metric. Percentiles are worked out from the heat instead of joined. */
const COLUMNS: Readonly<Record<Metric["type"], Readonly<Record<string, Join>>>> = {
  counter: { sum: add },
  gauge: { value: last, min: least, max: most },
  rate: { passes: add, total: add },
  trend: {
    count: add,
    sum: add,
    min: least,
    max: most,
    ...Object.fromEntries(PERCENTILES.map(([name]) => [name, last])),
  },
};

/** The steps of one metric in one part of the load. */
export class SeriesSteps {
  readonly #metric: Metric;
  readonly #part: Part;
  readonly #whole: boolean;
  readonly #columns: Map<string, number[]>;
  /** Trends: heat bucket and count in turn, by step; empty where there was nothing. */
  readonly #heat: number[][] = [];
  #heatNumbers = 0;
  /** What came in the step that goes on, if anything did. */
  readonly #current: Aggregate;
  #used = false;
  #steps = 0;

  constructor(metric: Metric, part: Part, whole: boolean) {
    this.#metric = metric;
    this.#part = part;
    this.#whole = whole;
    this.#current = emptyAggregate(metric.type);
    this.#columns = new Map(Object.keys(COLUMNS[metric.type]).map((name) => [name, []]));
  }

  /** How many numbers it keeps. */
  get size(): number {
    return this.#steps * this.#columns.size + this.#heatNumbers;
  }

  /** Takes what came in the step that goes on. */
  add(change: Aggregate): void {
    this.#used = true;
    if (change.type !== "gauge") return mergeAggregate(this.#current, change);
    // The bounds of a change are those since the start of the run.
    const { value } = change;
    mergeAggregate(this.#current, { type: "gauge", value, min: value, max: value });
  }

  /** Writes down the step that goes on, which is number `step`, as it stands. */
  write(step: number): void {
    if (!this.#used) return;
    const values = valuesOf(this.#current);
    for (const [name, column] of this.#columns) {
      while (column.length < step) column.push(NaN);
      column[step] = values[name] ?? NaN;
    }
    this.#steps = step + 1;
    if (this.#current.type !== "trend") return;
    const heat = heatOf(this.#current);
    while (this.#heat.length < step) this.#heat.push([]);
    this.#heatNumbers += heat.length - (this.#heat[step]?.length ?? 0);
    this.#heat[step] = heat;
  }

  /** Ends the step that goes on. */
  seal(step: number): void {
    this.write(step);
    this.#used = false;
    if (this.#current.type === "trend") this.#current.histogram.clear();
    else Object.assign(this.#current, emptyAggregate(this.#current.type));
  }

  /** Puts every two steps together. */
  halve(): void {
    for (const [name, column] of this.#columns) {
      const join = COLUMNS[this.#metric.type][name]!;
      for (let i = 0; i < column.length; i += 2) {
        column[i >> 1] = joined(column[i]!, column[i + 1] ?? NaN, join);
      }
      column.length = (column.length + 1) >> 1;
    }
    this.#steps = (this.#steps + 1) >> 1;
    if (this.#metric.type === "trend") this.#halveHeat();
  }

  /** Percentiles can't be joined: they are worked out again where both steps had values. */
  #halveHeat(): void {
    const heat = this.#heat;
    for (let i = 0; i < heat.length; i += 2) {
      const [earlier, later = []] = [heat[i]!, heat[i + 1]];
      const both = mergeHeat(earlier, later);
      heat[i >> 1] = both;
      if (earlier.length === 0 || later.length === 0) continue;
      const [least, most] = [
        this.#columns.get("min")![i >> 1]!,
        this.#columns.get("max")![i >> 1]!,
      ];
      for (const [name, p] of PERCENTILES) {
        const found = heatPercentile(both, p);
        this.#columns.get(name)![i >> 1] = Math.max(least, Math.min(most, found));
      }
    }
    heat.length = (heat.length + 1) >> 1;
    this.#heatNumbers = heat.reduce((sum, { length }) => sum + length, 0);
  }

  /** As a record has it, padded to `steps`; columns begin with step `from`. */
  series(steps: number, from = 0): TimelineSeries {
    const { name: metric, type, contains } = this.#metric;
    const columns = Object.fromEntries(
      [...this.#columns].map(([name, column]) => [
        name,
        Array.from({ length: steps - from }, (_, i) => shown(column[from + i] ?? NaN)),
      ]),
    );
    const heat = this.#whole && type === "trend"
      ? { heat: Array.from({ length: steps - from }, (_, i) => [...this.#heat[from + i] ?? []]) }
      : {};
    return { metric, type, contains, tags: this.#part, columns, ...heat };
  }
}

function valuesOf(aggregate: Aggregate): Record<string, number> {
  switch (aggregate.type) {
    case "counter":
      return { sum: aggregate.total };
    case "gauge":
      return { value: aggregate.value, min: aggregate.min, max: aggregate.max };
    case "rate":
      return { passes: aggregate.passes, total: aggregate.total };
    case "trend": {
      const { count, sum, min, max } = aggregate.histogram;
      const percentiles = PERCENTILES.map(([name, p]) => [name, aggregate.histogram.percentile(p)]);
      return { count, sum, min, max, ...Object.fromEntries(percentiles) };
    }
  }
}

function joined(earlier: number, later: number, join: Join): number {
  if (Number.isNaN(earlier)) return later;
  return Number.isNaN(later) ? earlier : join(earlier, later);
}

/** Six digits say it, and keep the file small; whole numbers stay as they are. */
function shown(value: number): number | null {
  if (Number.isNaN(value)) return null;
  return Number.isInteger(value) ? value : Number(value.toPrecision(6));
}

function heatOf({ histogram }: Extract<Aggregate, { type: "trend" }>): number[] {
  const heat: number[] = [];
  for (const [lower, upper, count] of histogram.buckets()) {
    const bucket = upper <= 0 ? 0 : heatBucket(lower);
    if (heat.at(-2) === bucket) heat[heat.length - 1]! += count;
    else heat.push(bucket, count);
  }
  return heat;
}

function mergeHeat(a: readonly number[], b: readonly number[]): number[] {
  const merged: number[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const [left, right] = [a[i] ?? Infinity, b[j] ?? Infinity];
    merged.push(
      Math.min(left, right),
      (left <= right ? a[i + 1]! : 0) + (right <= left ? b[j + 1]! : 0),
    );
    if (left <= right) i += 2;
    if (right <= left) j += 2;
  }
  return merged;
}

/** A percentile of what heat counts, its buckets' values taken as evenly spread. */
function heatPercentile(heat: readonly number[], p: number): number {
  let total = 0;
  for (let i = 1; i < heat.length; i += 2) total += heat[i]!;
  let left = p / 100 * (total - 1);
  for (let i = 0; i < heat.length; i += 2) {
    const [bucket, count] = [heat[i]!, heat[i + 1]!];
    if (left < count) {
      const [from, to] = heatBounds(bucket);
      return from + (to - from) * (left + 0.5) / count;
    }
    left -= count;
  }
  return heatBounds(heat.at(-2) ?? 0)[1];
}
