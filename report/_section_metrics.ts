import type { Aggregate, Metric } from "../metrics/mod.ts";
import type { RunResult } from "../runner/mod.ts";
import { formatBytes, formatCount, formatNumber, formatRate, formatShare } from "./_format.ts";
import { formatTime, type TimeUnit } from "./_format.ts";
import { isFull } from "./_most_rows.ts";
import { perSecond, trendStat } from "./_stats.ts";
import type { Style } from "./_style.ts";
import { type Cell, table } from "./_table.ts";
import { plain } from "./_text.ts";

/** Phases of a request: the timing line tells their medians. */
export const HTTP_PHASES = [
  ["blocked", "http_req_blocked"],
  ["connecting", "http_req_connecting"],
  ["tls", "http_req_tls_handshaking"],
  ["sending", "http_req_sending"],
  ["waiting", "http_req_waiting"],
  ["receiving", "http_req_receiving"],
] as const;

/** Told by other sections, so without a row here unless all are asked for. */
const ELSEWHERE = new Set<string>([
  "checks",
  "dropped_iterations",
  "vus_max",
  ...HTTP_PHASES.map(([, name]) => name),
]);

/** Built-in metrics, in the order of their rows; all others are the script's and come first. */
const BUILT_IN: readonly string[] = [
  "http_req_duration",
  ...HTTP_PHASES.map(([, name]) => name),
  "net_lookup",
  "net_connecting",
  "net_tls_handshaking",
  "iteration_duration",
  "iteration_response_time",
  "group_duration",
  "http_reqs",
  "http_req_failed",
  "net_sockets",
  "net_errors",
  "checks",
  "iterations",
  "dropped_iterations",
  "data_received",
  "data_sent",
  "vus",
  "vus_max",
];

/** A row for each metric: trends with their statistics, then the others. */
export function metricLines(result: RunResult, style: Style, width: number): string[] {
  // In closed models an iteration is planned when it starts: both metrics would say the same.
  const open = result.options.scenarios.some(({ executor }) => executor.endsWith("-arrival-rate"));
  const shown = [...result.metrics.metrics()].filter(({ name }) =>
    isFull(result) || !ELSEWHERE.has(name) && (open || name !== "iteration_response_time")
  );
  shown.sort((a, b) => BUILT_IN.indexOf(a.name) - BUILT_IN.indexOf(b.name));
  const trends: Cell[][] = [];
  const others: Cell[][] = [];
  for (const metric of shown) {
    const aggregate = result.metrics.select(metric.name);
    if (aggregate === undefined) continue;
    if (aggregate.type === "trend") {
      const stats = result.options.summaryTrendStats;
      const show = (stat: string) =>
        stat === "count" ? formatCount(aggregate.histogram.count) : formatValue(
          trendStat(aggregate.histogram, stat),
          metric,
          result.options.summaryTimeUnit,
        );
      trends.push([plain(metric.name), ...stats.map(show)]);
    } else {
      others.push(otherRow(metric, aggregate, result, style));
    }
  }
  const lines: string[] = [];
  if (trends.length > 0) {
    const stats = result.options.summaryTrendStats;
    const head: Cell[] = ["metric", ...stats].map((text) => ({ text, paint: style.dim }));
    lines.push(
      ...table([head, ...trends], { align: "l" + "r".repeat(stats.length), width, least: 24 }),
    );
  }
  if (others.length > 0) lines.push(...table(others, { align: "lrl", width, least: 24 }));
  return lines.length === 0 ? [] : [style.bold("metrics"), ...lines];
}

function otherRow(
  metric: Metric,
  aggregate: Exclude<Aggregate, { type: "trend" }>,
  result: RunResult,
  style: Style,
): Cell[] {
  const name = plain(metric.name);
  const aside = (text: string): Cell => ({ text, paint: style.dim });
  const show = (value: number) => formatValue(value, metric, result.options.summaryTimeUnit);
  switch (aggregate.type) {
    case "counter": {
      const rate = perSecond(aggregate.total, result.durationMs);
      const perSec = metric.contains === "default" ? formatRate(rate) : `${show(rate)}/s`;
      return [name, show(aggregate.total), aside(perSec)];
    }
    case "gauge":
      return [
        name,
        show(aggregate.value),
        aside(`min ${show(aggregate.min)}, max ${show(aggregate.max)}`),
      ];
    case "rate": {
      const { passes, total } = aggregate;
      return [
        name,
        total === 0 ? "-" : formatShare(passes / total),
        aside(`${formatCount(passes)} of ${formatCount(total)}`),
      ];
    }
  }
}

/** A value in the unit of its metric. */
export function formatValue(value: number, metric: Metric, unit: TimeUnit): string {
  if (metric.contains === "time") return formatTime(value, unit);
  return metric.contains === "data" ? formatBytes(value) : formatNumber(value);
}
