import type { PageData, PageRow, PageShard } from "../data/types.ts";
import { tilesOf } from "../data/tiles.ts";
import { familiesIn } from "../data/views.ts";
import {
  formatClock,
  formatCount,
  formatRate,
  formatShare,
  formatTime,
} from "../drawing/format.ts";
import { type DrawnNode, node } from "../drawing/node.ts";
import { plotsOf } from "../drawing/plots.ts";
import { clockText, startText, stateText } from "../data/state_text.ts";

/** Most rows of a table where scripts are off. */
const MAX_ROWS = 30;

/** A run without scripts: tables, and plots as SVG. */
export function fallback(data: PageData): DrawnNode {
  const { now, run } = data;
  const family = familiesIn(now)[0]!;
  return node(
    "main",
    { class: "static" },
    node("h1", {}, run.name),
    node("p", {}, `${stateText(now).text}, ${formatClock(now.state.elapsedMs)}, ${run.startedAt}`),
    ...now.failures.map((text) => node("p", { class: "bad" }, text)),
    section(
      "Numbers",
      [],
      tilesOf(data, family).map(({ label, value, detail }) => [
        ...[label, value, detail],
      ]),
    ),
    section(
      "Thresholds",
      ["", "Rule", "Measured"],
      now.thresholds.map((rule) => [
        rule.ok ? "✓" : "✗",
        `${rule.metric} ${rule.expression}`,
        rule.text,
      ]),
    ),
    ...plotsOf(data).map((plot) => node("figure", {}, plot.node)),
    section(
      "Parts of the load",
      ["Part", "Count", "Per second", "p50", "p90", "p99", "Max", "Failed"],
      now.rows.filter(({ shard }) => shard === null).slice(0, MAX_ROWS).map(rowCells),
    ),
    section(
      "Shards",
      [
        "Shard",
        "State",
        "Count",
        "Share",
        "VUs",
        "CPU",
        "Lag p99",
        "Agent",
        "Clock",
        "Start",
        "Missing",
      ],
      now.rows.flatMap(({ name, count, shard }) =>
        shard === null ? [] : [shardCells(name, count, shard)]
      ),
    ),
    section(
      "Checks",
      ["Check", "Passed", "Failed"],
      now.checks.map((check) => [
        ...[[...check.groups, check.name].join(" › "), formatCount(check.passes)],
        formatCount(check.fails),
      ]),
    ),
    section(
      "Errors",
      ["Error", "Count", "Where"],
      now.errors.map((error) => [
        ...[error.text, formatCount(error.count), error.where],
      ]),
    ),
    section(
      "The first calls that failed",
      ["Kind", "Call", "What came"],
      data.samples.slice(0, MAX_ROWS).map(({ kind, method, url, message, body, note }) => [
        ...[kind, `${method} ${url}`, [message, body, note].filter((text) => text).join("\n")],
      ]),
    ),
  );
}

function rowCells({ name, count, rate, failed, times }: PageRow): string[] {
  return [
    ...[name, formatCount(count), formatRate(rate)],
    ...(["p50", "p90", "p99", "max"] as const).map((stat) => formatTime(times?.[stat] ?? null)),
    formatCount(failed),
  ];
}

function shardCells(name: string, count: number, shard: PageShard): string[] {
  return [
    ...[name, shard.state, formatCount(count), formatShare(shard.share), formatCount(shard.vus)],
    ...[formatShare(shard.cpuShare), formatTime(shard.lagP99Ms), shard.agent || "–"],
    ...[clockText(shard), startText(shard), formatCount(shard.missing)],
  ];
}

/** A table under a heading; nothing where it has no rows. */
function section(
  title: string,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): DrawnNode | string {
  if (rows.length === 0) return "";
  const head = node("tr", {}, ...heads.map((text) => node("th", { scope: "col" }, text)));
  return node(
    "section",
    {},
    node("h2", {}, title),
    node(
      "table",
      {},
      ...(heads.length === 0 ? [] : [node("thead", {}, head)]),
      node(
        "tbody",
        {},
        ...rows.map((row) => node("tr", {}, ...row.map((text) => node("td", {}, text)))),
      ),
    ),
  );
}
