import type { RunResult } from "../runner/mod.ts";
import { formatCount, formatTime } from "./_format.ts";
import { groupTimes, pathLabel } from "./_groups.ts";
import { mostRows } from "./_most_rows.ts";
import { trendStat } from "./_stats.ts";
import type { Style } from "./_style.ts";
import { type Cell, table } from "./_table.ts";
import { plain } from "./_text.ts";

/** Groups with a row of their own. */
const MOST_GROUPS = 16;
const PERCENTILES = ["p(50)", "p(95)", "p(99)"] as const;

/** One line a group: how often it ran and how long it took; none where a script has no groups. */
export function groupLines(result: RunResult, style: Style, width: number): string[] {
  const all = groupTimes(result.metrics);
  if (all.length === 0) return [];
  const unit = result.options.summaryTimeUnit;
  const most = mostRows(result, MOST_GROUPS);
  const rows = all.slice(0, most).map(({ path, durations }): Cell[] => [
    plain(pathLabel(path)),
    formatCount(durations.count),
    ...PERCENTILES.map((stat) => formatTime(trendStat(durations, stat), unit)),
  ]);
  const head: Cell[] = ["group", "count", "p50", "p95", "p99"]
    .map((text) => ({ text, paint: style.dim }));
  const more = all.length - most;
  return [
    `${style.bold("groups")}  ${style.dim("times are group_duration")}`,
    ...table([head, ...rows], { align: "lrrrr", width }),
    ...(more > 0 ? [`  ${style.dim(`and ${formatCount(more)} more`)}`] : []),
  ];
}
