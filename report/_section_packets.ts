import type { Registry } from "../metrics/mod.ts";
import type { RunResult } from "../runner/mod.ts";
import { formatBytes, formatCount, formatRate, formatTime } from "./_format.ts";
import { LATENCY_METRICS, LATENCY_NAMES } from "./_packet_numbers.ts";
import { histogramOf, perSecond, totalOf, trendStat } from "./_stats.ts";
import type { Style } from "./_style.ts";
import { type Cell, table } from "./_table.ts";
import { plain } from "./_text.ts";

/** Actions and reasons with a row or a word of their own. */
const MOST_ACTIONS = 12;
const MOST_REASONS = 6;
const PERCENTILES = ["p(50)", "p(90)", "p(99)", "p(99.9)", "max"] as const;

/** What a packet load did: packets by action, latencies, sessions, the parser, what failed. */
export function packetLines(result: RunResult, style: Style, width: number): string[] {
  const { metrics } = result;
  return [
    ...packetTable(result, style, width),
    ...latencyTable(result, style, width),
    "",
    ...factLines(metrics, style),
  ];
}

/** How many sessions were opened. */
export function sessionCount(metrics: Registry): number {
  return totalOf(metrics, "packet_sessions_opened");
}

function packetTable({ metrics, durationMs }: RunResult, style: Style, width: number): string[] {
  const row = (label: string, packets: number, bytes: number | null): Cell[] => [
    label,
    formatCount(packets),
    formatRate(perSecond(packets, durationMs)),
    ...bytes === null ? [] : [formatBytes(bytes), `${formatBytes(perSecond(bytes, durationMs))}/s`],
  ];
  const head = ["packets", "count", "rate", "bytes", "a second"]
    .map((text): Cell => ({ text, paint: style.dim }));
  const actions = byTag(metrics, "packet_packets_sent", "action");
  const more = actions.length - MOST_ACTIONS;
  return [
    style.bold("packets"),
    ...table([
      head,
      row("sent", totalOf(metrics, "packet_packets_sent"), totalOf(metrics, "packet_bytes_sent")),
      ...actions.slice(0, MOST_ACTIONS).map(([name, count]) =>
        row(`  ${plain(name)}`, count, null)
      ),
      row(
        "received",
        totalOf(metrics, "packet_packets_received"),
        totalOf(metrics, "packet_bytes_received"),
      ),
    ], { align: "lrrrr", width }),
    ...(more > 0 ? [`  ${style.dim(`and ${formatCount(more)} more actions`)}`] : []),
  ];
}

function latencyTable({ metrics, options }: RunResult, style: Style, width: number): string[] {
  const unit = options.summaryTimeUnit;
  const rows = LATENCY_NAMES.flatMap((name): Cell[][] => {
    const times = histogramOf(metrics, LATENCY_METRICS[name]);
    if (times === null) return [];
    return [[
      name,
      formatCount(times.count),
      ...PERCENTILES.map((stat) => formatTime(trendStat(times, stat), unit)),
    ]];
  });
  if (rows.length === 0) return [];
  const head = ["latency", "samples", "p50", "p90", "p99", "p99.9", "max"]
    .map((text): Cell => ({ text, paint: style.dim }));
  return table([head, ...rows], { align: "lrrrrrr", width });
}

function factLines(metrics: Registry, style: Style): string[] {
  const lines: string[] = [];
  const add = (label: string, text: string) =>
    lines.push(`${style.bold(label.padEnd(10))}  ${text}`);
  const [tried, refused, failed] = [
    totalOf(metrics, "packet_connections"),
    totalOf(metrics, "packet_connections_failed"),
    totalOf(metrics, "packet_sessions_failed"),
  ];
  const facts = [
    `${formatCount(tried)} tried`,
    `${formatCount(totalOf(metrics, "packet_sessions_opened"))} opened`,
    `${formatCount(totalOf(metrics, "packet_sessions_closed"))} closed`,
  ];
  add("sessions", facts.join(", "));
  if (refused > 0) {
    add("", style.red(`not connected: ${reasons(metrics, "packet_connections_failed", "reason")}`));
  }
  if (failed > 0) {
    add("", style.red(`failed: ${reasons(metrics, "packet_sessions_failed", "reason")}`));
  }
  if (totalOf(metrics, "packet_datagram_faults") > 0) {
    add("datagrams", style.yellow(reasons(metrics, "packet_datagram_faults", "reason")));
  }
  const parsed = histogramOf(metrics, "packet_parsing");
  if (parsed !== null) {
    const times = ["p(50)", "p(99)"].map((stat) => formatTime(trendStat(parsed, stat)));
    add("parser", `${formatCount(parsed.count)} calls timed, p50 ${times[0]}, p99 ${times[1]}`);
    if (totalOf(metrics, "packet_empty_responses") > 0) {
      add("", `not answered: ${reasons(metrics, "packet_empty_responses", "reason")}`);
    }
  }
  if (totalOf(metrics, "packet_traps") > 0) {
    add("traps", style.red(reasons(metrics, "packet_traps", "function")));
  }
  return lines;
}

/** `122× refused, 4× timeout`. */
function reasons(metrics: Registry, name: string, tag: string): string {
  const all = byTag(metrics, name, tag);
  const shown = all.slice(0, MOST_REASONS)
    .map(([reason, count]) => `${formatCount(count)}× ${plain(reason)}`);
  return shown.join(", ") + (all.length > MOST_REASONS ? ", …" : "");
}

/** Totals by the values of a tag, largest first. */
function byTag(metrics: Registry, name: string, tag: string): [value: string, count: number][] {
  const counts = new Map<string, number>();
  for (const { tags, aggregate } of metrics.series(name)) {
    if (aggregate.type !== "counter") continue;
    const value = tags.get(tag) ?? "unknown";
    counts.set(value, (counts.get(value) ?? 0) + aggregate.total);
  }
  return [...counts].sort((a, b) => b[1] - a[1]);
}
