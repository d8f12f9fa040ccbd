import { Histogram, type Registry, type Tags } from "../../metrics/mod.ts";
import { groupTimes, pathLabel, sharedOrigin } from "../../report/mod.ts";
import type { RunResult, ShardView } from "../../runner/mod.ts";
import { FAMILIES, type Family, ITERATIONS } from "./families.ts";
import type { PageRow, PageShard, PageTable, PageTimes } from "./types.ts";

/** Most rows of one table: the busiest. */
export const MAX_ROWS = 200;

/** A part of the load with all that was counted for it. */
export interface Part {
  readonly row: PageRow;
  readonly histogram: Histogram;
}

/** What of a run makes its rows. */
export interface Counted extends Pick<RunResult, "metrics" | "durationMs"> {
  readonly shards: readonly ShardView[];
}

/**
 * The parts of a run by endpoint, scenario, group, protocol and shard: the busiest of each first, but
 * groups as the script has them.
 */
export function partsOf(run: Counted): Part[] {
  const families = familiesOf(run.metrics).filter(({ id }) => id !== ITERATIONS.id);
  return [
    // Sockets below another protocol are no endpoints of their own.
    ...families.filter(({ id }) => id !== "sockets" || families.length === 1).flatMap((family) =>
      withoutOrigin(grouped(run, family, "endpoint", family.parts))
    ),
    ...grouped(run, ITERATIONS, "scenario", ITERATIONS.parts),
    ...groups(run),
    ...families.flatMap((family) =>
      grouped(run, family, "protocol", family.protocol === null ? [] : [family.protocol])
    ),
    ...shards(run),
  ];
}

/** The families that have samples. */
export function familiesOf(metrics: Registry): Family[] {
  return FAMILIES.filter(({ count }) => metrics.select(count) !== undefined);
}

/** The trend that a family is timed by; null without samples. */
export function timesOf(metrics: Registry, { times }: Family): string | null {
  return times.find((name) => metrics.select(name) !== undefined) ?? null;
}

interface Sums {
  readonly tags: Record<string, string>;
  count: number;
  failed: number;
  readonly histogram: Histogram;
}

/** One family's parts by the values of `by`: nothing in it is one part, the whole. */
function grouped(
  { metrics, durationMs }: Counted,
  family: Family,
  table: PageTable,
  by: readonly string[],
): Part[] {
  const found = new Map<string, Sums>();
  const at = (tags: Tags): Sums => {
    const own: Record<string, string> = {};
    for (const tag of by) {
      const value = tags.get(tag) ?? (tag === "name" ? tags.get("url") : undefined);
      if (value !== undefined) own[tag] = value;
    }
    const key = JSON.stringify(own);
    const known = found.get(key);
    if (known !== undefined) return known;
    const made: Sums = { tags: own, count: 0, failed: 0, histogram: new Histogram() };
    found.set(key, made);
    return made;
  };
  for (const { tags, aggregate } of metrics.series(family.count)) {
    if (aggregate.type === "counter") at(tags).count += aggregate.total;
  }
  for (const { tags, aggregate } of metrics.series(family.failed)) {
    if (aggregate.type === "counter") at(tags).failed += aggregate.total;
    if (aggregate.type === "rate") at(tags).failed += aggregate.passes;
  }
  for (const { tags, aggregate } of metrics.series(timesOf(metrics, family) ?? "")) {
    if (aggregate.type === "trend") at(tags).histogram.merge(aggregate.histogram);
  }
  return [...found].sort(([, a], [, b]) => b.count - a.count).slice(0, MAX_ROWS).map(
    ([key, { tags, count, failed, histogram }]): Part => ({
      histogram,
      row: {
        key: `${table} ${family.id} ${key}`,
        table,
        name: nameOf(family, table, tags),
        family: family.id,
        tags: Object.keys(tags).length === 0 ? {} : tags,
        count,
        rate: perSecond(count, durationMs),
        failed,
        times: pageTimes(histogram),
        shard: null,
      },
    }),
  );
}

/** Parts without the origin that the names of all begin with: `GET /cart`. */
function withoutOrigin(parts: readonly Part[]): Part[] {
  const origin = sharedOrigin(parts.flatMap(({ row }) => row.tags?.["name"] ?? []));
  if (origin === "") return [...parts];
  return parts.map(({ row, histogram }) => {
    const { method, name = "" } = row.tags ?? {};
    const path = name.slice(origin.length) || "/";
    return { histogram, row: { ...row, name: [method, path].filter((text) => text).join(" ") } };
  });
}

/** What a part is called: `GET http://…`, `orders.created`, `HTTP/1.1`. */
function nameOf(family: Family, table: PageTable, tags: Readonly<Record<string, string>>): string {
  const { method, ...others } = tags;
  const name = Object.values(others).join(" ");
  if (table === "protocol") {
    return name === "" || family.id === "http" ? name || family.title : `${family.title} ${name}`;
  }
  return [method, name].filter((text) => text).join(" ") || `${family.title}, the rest`;
}

function groups({ metrics, durationMs }: Counted): Part[] {
  return groupTimes(metrics).slice(0, MAX_ROWS).map(({ path, durations }) => ({
    histogram: durations,
    row: {
      key: `group ${path}`,
      table: "group",
      name: pathLabel(path),
      family: ITERATIONS.id,
      tags: null,
      count: durations.count,
      rate: perSecond(durations.count, durationMs),
      failed: 0,
      times: pageTimes(durations),
      shard: null,
    },
  }));
}

function shards({ shards, durationMs }: Counted): Part[] {
  const firstAt = Math.min(...shards.map(({ link }) => link?.startedAt ?? Infinity));
  return shards.map((shard) => {
    const { index, name, state, reason, iterations, durations } = shard;
    return {
      histogram: durations,
      row: {
        key: `shard ${index}`,
        table: "shard",
        name: state === "lost" ? `${name}: lost, ${reason ?? "no reason known"}` : name,
        family: ITERATIONS.id,
        tags: null,
        count: iterations.completed,
        rate: perSecond(iterations.completed, durationMs),
        failed: iterations.interrupted + iterations.dropped,
        times: pageTimes(durations),
        shard: pageShard(shard, firstAt),
      },
    };
  });
}

/** @param firstAt when the first of all shards of other machines began */
function pageShard(
  { state, share, vus, cpuShare, lagP99Ms, link }: ShardView,
  firstAt: number,
): PageShard {
  const startedAt = link?.startedAt ?? null;
  return {
    ...{ state, vus },
    share: significant(share),
    cpuShare: significant(cpuShare),
    lagP99Ms: significant(lagP99Ms),
    agent: link?.agent ?? "",
    clockOffsetMs: link?.clockOffsetMs ?? null,
    clockErrorMs: link?.clockErrorMs ?? null,
    startMs: startedAt === null ? null : significant(startedAt - firstAt),
    missing: (link?.missing ?? 0) + (link?.lost ?? 0),
  };
}

function pageTimes(histogram: Histogram): PageTimes | null {
  if (histogram.count === 0) return null;
  const at = (p: number) => significant(histogram.percentile(p));
  return {
    avg: significant(histogram.mean()),
    ...{ p50: at(50), p90: at(90), p99: at(99), "p99.9": at(99.9) },
    max: significant(histogram.max),
  };
}

/** Six digits: more than anybody reads. */
export function significant(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(6));
}

function perSecond(count: number, durationMs: number): number {
  return durationMs > 0 ? significant(count / (durationMs / 1000)) : 0;
}
