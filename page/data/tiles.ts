import {
  formatBytes,
  formatCount,
  formatRate,
  formatShare,
  formatTime,
} from "../drawing/format.ts";
import type { Family } from "./families.ts";
import type { PageData, PageThreshold } from "./types.ts";
import { type Column, columnOf, failuresOf, perSecond, statOf, timedBy } from "./views.ts";

/** Whether the rules on what a tile shows hold; `none` where there are none. */
export type Tone = "ok" | "bad" | "none";

/** One number that matters, and how it went. */
export interface Tile {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  /** A second line. */
  readonly detail: string;
  readonly tone: Tone;
  /** Its sparkline. */
  readonly values: Column;
  /** Rules that failed, for people. */
  readonly failed: readonly string[];
}

/** The tiles of a run by one family's numbers. */
export function tilesOf(data: PageData, family: Family): Tile[] {
  const { now, timeline } = data;
  const { elapsedMs } = now.state;
  const rate = (metric: string) =>
    perSecond(timeline, columnOf(timeline, metric, "sum"), elapsedMs);
  const timed = timedBy(now, family);
  const time = (stat: string) => formatTime(timed === null ? null : statOf(now, timed, stat));
  const isMedian = ({ expression }: PageThreshold) => /^\s*(med|avg|min|p\(50)/.test(expression);
  const rules = (test: (rule: PageThreshold) => boolean) => toneOf(now.thresholds.filter(test));
  return [
    {
      ...{ id: "rate", label: `${family.unit}/s`, values: rate(family.count) },
      value: formatRate(overall(statOf(now, family.count, "count"), elapsedMs)),
      detail: `${formatCount(statOf(now, family.count, "count") ?? 0)} in all`,
      ...rules(({ metric }) => baseOf(metric) === family.count),
    },
    {
      ...{
        id: "p50",
        label: "p50",
        values: timed === null ? [] : columnOf(timeline, timed, "p50"),
      },
      ...{ value: time("med"), detail: `avg ${time("avg")}` },
      ...rules((rule) => baseOf(rule.metric) === timed && isMedian(rule)),
    },
    {
      ...{
        id: "p99",
        label: "p99",
        values: timed === null ? [] : columnOf(timeline, timed, "p99"),
      },
      ...{ value: time("p(99)"), detail: `max ${time("max")}` },
      ...rules((rule) => baseOf(rule.metric) === timed && !isMedian(rule)),
    },
    errorTile(data, family),
    {
      ...{ id: "vus", label: "VUs", values: columnOf(timeline, "vus", "value") },
      value: formatCount(now.state.phase === "ended" ? now.state.vusMax : now.state.vus),
      detail: now.state.phase === "ended" ? "at most" : `of ${formatCount(now.state.vusMax)}`,
      ...rules(({ metric }) => /^(vus|dropped_iterations|iterations)/.test(baseOf(metric))),
    },
    {
      ...{ id: "bytes", label: "received", values: rate("data_received") },
      value: `${formatBytes(overall(statOf(now, "data_received", "count") ?? 0, elapsedMs))}/s`,
      detail: `sent ${formatBytes(overall(statOf(now, "data_sent", "count") ?? 0, elapsedMs))}/s`,
      ...rules(({ metric }) => baseOf(metric).startsWith("data_")),
    },
  ];
}

function errorTile({ now, timeline }: PageData, family: Family): Tile {
  const checks = now.checks.reduce((sum, check) => sum + check.fails, 0);
  const { failed, share } = failuresOf(now, family);
  const column = timeline.series.find(({ metric, tags }) =>
    metric === family.failed && Object.keys(tags).length === 0
  );
  const onErrors = ({ metric }: PageThreshold) =>
    baseOf(metric) === family.failed || baseOf(metric) === "checks";
  return {
    id: "errors",
    label: "errors",
    value: formatShare(share),
    detail: checks === 0
      ? `${formatCount(failed)} failed`
      : `${formatCount(failed)} failed, ${formatCount(checks)} checks`,
    values: column?.columns["passes"] ?? column?.columns["sum"] ?? [],
    ...toneOf(now.thresholds.filter(onErrors)),
  };
}

function toneOf(rules: readonly PageThreshold[]): Pick<Tile, "tone" | "failed"> {
  const failed = rules.filter(({ ok }) => !ok).map(({ metric, expression }) =>
    `${metric} ${expression}`
  );
  return { tone: rules.length === 0 ? "none" : failed.length === 0 ? "ok" : "bad", failed };
}

/** A selector's metric: `http_req_duration{status:200}` is of `http_req_duration`. */
function baseOf(selector: string): string {
  return selector.replace(/\{.*/s, "");
}

function overall(count: number | null, elapsedMs: number): number {
  return elapsedMs > 0 ? (count ?? 0) / (elapsedMs / 1000) : 0;
}
