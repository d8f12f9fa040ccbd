import type { RunResult } from "../runner/mod.ts";
import { formatCount, formatRate, formatTime } from "./_format.ts";
import { isFull, mostRows } from "./_most_rows.ts";
import { scenarioNumbers } from "./_scenarios.ts";
import { perSecond, trendStat } from "./_stats.ts";
import type { Style } from "./_style.ts";
import { type Cell, table } from "./_table.ts";
import { plain } from "./_text.ts";

/** Scenarios with a row of their own. */
const MOST_SCENARIOS = 16;
const PERCENTILES = ["p(50)", "p(95)", "p(99)"] as const;

/** One line a scenario, where there is more than one, or all is asked for: iterations and their durations. */
export function scenarioLines(result: RunResult, style: Style, width: number): string[] {
  if (result.options.scenarios.length < 2 && !isFull(result)) return [];
  const all = scenarioNumbers(result);
  const unit = result.options.summaryTimeUnit;
  const heads = ["scenario", "iterations", "rate", "p50", "p95", "p99", "dropped", "failed checks"];
  const most = mostRows(result, MOST_SCENARIOS);
  const rows = all.slice(0, most).map((scenario): Cell[] => {
    const { name, iterations, durations, dropped, checks, failedChecks } = scenario;
    return [
      plain(name),
      formatCount(iterations),
      formatRate(perSecond(iterations, result.durationMs)),
      ...PERCENTILES.map((stat) =>
        durations.count === 0 ? "-" : formatTime(trendStat(durations, stat), unit)
      ),
      dropped === 0 ? "0" : { text: formatCount(dropped), paint: style.red },
      checks === 0 ? "-" : {
        text: formatCount(failedChecks),
        paint: failedChecks > 0 ? style.red : style.green,
      },
    ];
  });
  const head: Cell[] = heads.map((text) => ({ text, paint: style.dim }));
  const more = all.length - most;
  return [
    `${style.bold("scenarios")}  ${style.dim("times are iteration_duration")}`,
    ...table([head, ...rows], { align: "lrrrrrrr", width }),
    ...(more > 0 ? [`  ${style.dim(`and ${formatCount(more)} more`)}`] : []),
  ];
}
