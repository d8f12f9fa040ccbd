import { formatDuration } from "../internal/mod.ts";
import type { RunResult } from "../runner/mod.ts";
import { formatCount } from "./_format.ts";
import { agentLines } from "./_section_agents.ts";
import type { ErrorTimes } from "./_error_times.ts";
import { checkLines } from "./_section_checks.ts";
import { endLines } from "./_section_end.ts";
import { endpointLines, errorLines } from "./_section_endpoints.ts";
import { groupLines } from "./_section_groups.ts";
import { metricLines } from "./_section_metrics.ts";
import { packetLines, sessionCount } from "./_section_packets.ts";
import { scenarioLines } from "./_section_scenarios.ts";
import { thresholdLines } from "./_section_thresholds.ts";
import { type Style, style as styleOf } from "./_style.ts";
import { fit, plain } from "./_text.ts";

/** How a summary is drawn. */
export interface SummaryOptions {
  /** Uses colours; without them it holds no control characters at all. @default {false} */
  readonly color?: boolean;
  /** Columns to fit into, where names allow it; at least 60. @default {100} */
  readonly width?: number;
  /** What it is about: `packets` for a load whose iterations mean nothing. @default {"requests"} */
  readonly view?: "requests" | "packets";
  /** When which errors came first, as `errorTimes` saw it. @default none is told */
  readonly errors?: Pick<ErrorTimes, "none">;
}

/**
 * The end-of-test summary for a terminal: thresholds, checks, groups, scenarios (where there are
 * several), endpoints, metrics, errors, agents (where it ran on several machines), and whether the
 * generator kept up. Sections keep to a screen, unless `summaryMode` of the options is `full`. Ends
 * with a line break.
 */
export function renderSummary(result: RunResult, options: SummaryOptions = {}): string {
  const style = styleOf(options.color ?? false);
  const width = Math.max(60, options.width ?? 100);
  const packets = options.view === "packets";
  const sections = [
    titleLines(result, style, width, packets),
    thresholdLines(result, style, width),
    checkLines(result, style, width),
    ...(packets ? [packetLines(result, style, width)] : [
      groupLines(result, style, width),
      scenarioLines(result, style, width),
      endpointLines(result, style, width),
      metricLines(result, style, width),
      errorLines(result, style, width, options.errors?.none),
    ]),
    agentLines(result, style, width),
    endLines(result, style, !packets),
  ];
  return sections.filter((lines) => lines.length > 0).map((lines) => lines.join("\n")).join(
    "\n\n",
  ) +
    "\n";
}

function titleLines(result: RunResult, style: Style, width: number, packets: boolean): string[] {
  const count = (n: number, one: string) => `${formatCount(n)} ${one}${n === 1 ? "" : "s"}`;
  const facts = [
    formatDuration(result.durationMs),
    packets ? count(sessionCount(result.metrics), "session") : count(result.vusMax, "VU"),
    count(result.shards.length, "shard"),
  ].join(", ");
  const name = fit(plain(result.name), Math.max(20, width - facts.length - 2));
  return [`${style.bold(style.cyan(name))}  ${facts}`];
}
