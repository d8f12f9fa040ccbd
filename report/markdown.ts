import { formatDuration } from "../internal/mod.ts";
import type { RunResult } from "../runner/mod.ts";
import { checkNodes } from "./_check_tree.ts";
import { endpointLabel, endpoints, sharedOrigin } from "./_endpoints.ts";
import { formatCount, formatRate, formatShare, formatTime } from "./_format.ts";
import { groupTimes, pathLabel } from "./_groups.ts";
import { generatorText, iterationsText } from "./_section_end.ts";
import { scenarioNumbers } from "./_scenarios.ts";
import { perSecond, trendStat } from "./_stats.ts";
import { plain } from "./_text.ts";
import { distanceText } from "./_threshold_text.ts";
import { worstPart } from "./_worst.ts";

/** Rows of one table; what failed, or is busiest, comes first. */
const MOST_ROWS = 30;
/** Longest name that is shown whole. */
const MOST_CHARS = 120;
const PERCENTILES = ["p(50)", "p(95)", "p(99)"] as const;

/**
 * A run as GitHub-flavoured Markdown, for the summary of a CI job: thresholds, checks, groups,
 * scenarios, endpoints, and how the run went. Names from scripts and servers are shown as text, never as
 * markup. Ends with a line break.
 */
export function renderMarkdown(result: RunResult): string {
  const failed = result.exitCode !== 0;
  const sections = [
    `### ${failed ? "❌" : "✅"} ${markdownText(result.name)}`,
    factsLine(result),
    ...result.failures.map((failure) => `> ${markdownText(failure, 1000)}`),
    thresholdTable(result),
    checkTable(result),
    groupTable(result),
    scenarioTable(result),
    endpointTable(result),
    `Generator ${markdownText(generatorText(result), 1000)}.`,
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

/** Text that Markdown shows as it is, on one line and no longer than `most` characters. */
export function markdownText(text: string, most: number = MOST_CHARS): string {
  const chars = [...plain(text)];
  const cut = chars.length > most ? `${chars.slice(0, most - 1).join("")}…` : chars.join("");
  return cut.trim()
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replace(/[\\`*_{}[\]()#+!|~$^]/g, "\\$&")
    // No links or mentions made of what only looks like them.
    .replace(/@|:\/\/|(?<=www)\./g, (found) => `${found[0]}&#8203;${found.slice(1)}`);
}

function factsLine(result: RunResult): string {
  const { durationMs, vusMax, iterations, exitCode } = result;
  const facts = [
    formatDuration(durationMs),
    `${formatCount(vusMax)} VU${vusMax === 1 ? "" : "s"}`,
    `iterations: ${iterationsText(iterations)}`,
    ...(exitCode === 0 ? [] : [`exit code ${exitCode}`]),
  ];
  return facts.join(" · ");
}

function thresholdTable(result: RunResult): string {
  const sorted = result.thresholds.toSorted((a, b) => Number(a.ok) - Number(b.ok));
  return table(
    ["", "threshold", "measured", "worst"],
    "llll",
    sorted.map((outcome) => [
      outcome.ok ? "✅" : "❌",
      markdownText(`${outcome.metric} ${outcome.expression}`),
      distanceText(result, outcome),
      outcome.ok ? "" : markdownText(worstPart(result, outcome)),
    ]),
  );
}

function checkTable({ metrics }: RunResult): string {
  const sorted = checkNodes(metrics).toSorted((a, b) => b.fails - a.fails);
  return table(
    ["", "check", "passed", "failed"],
    "llrr",
    sorted.map(({ path, passes, fails }) => [
      fails === 0 ? "✅" : "❌",
      markdownText(pathLabel(path)),
      `${formatCount(passes)} (${formatShare(passes / (passes + fails))})`,
      formatCount(fails),
    ]),
  );
}

function groupTable({ metrics, options }: RunResult): string {
  return table(
    ["group", "count", "p50", "p95", "p99"],
    "lrrrr",
    groupTimes(metrics).map(({ path, durations }) => [
      markdownText(pathLabel(path)),
      formatCount(durations.count),
      ...PERCENTILES.map((stat) => formatTime(trendStat(durations, stat), options.summaryTimeUnit)),
    ]),
  );
}

function scenarioTable(result: RunResult): string {
  if (result.options.scenarios.length < 2) return "";
  const unit = result.options.summaryTimeUnit;
  return table(
    ["scenario", "iterations", "rate", "p50", "p95", "p99", "dropped", "failed checks"],
    "lrrrrrrr",
    scenarioNumbers(result).map((one) => [
      markdownText(one.name),
      formatCount(one.iterations),
      formatRate(perSecond(one.iterations, result.durationMs)),
      ...PERCENTILES.map((stat) => formatTime(trendStat(one.durations, stat), unit)),
      formatCount(one.dropped),
      formatCount(one.failedChecks),
    ]),
  );
}

function endpointTable(result: RunResult): string {
  const all = endpoints(result.metrics);
  const origin = sharedOrigin(all.map(({ name }) => name));
  const unit = result.options.summaryTimeUnit;
  return table(
    ["endpoint", "count", "rate", "p50", "p95", "p99", "errors"],
    "lrrrrrr",
    all.map((one) => [
      markdownText(endpointLabel(one, origin)),
      formatCount(one.requests),
      formatRate(perSecond(one.requests, result.durationMs)),
      ...PERCENTILES.map((stat) => formatTime(trendStat(one.durations, stat), unit)),
      formatShare(one.requests === 0 ? 0 : one.failed / one.requests),
    ]),
  );
}

/** A table, or nothing without rows; beyond the most it says how many more there are. */
function table(heads: readonly string[], align: string, rows: readonly string[][]): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const more = rows.length - MOST_ROWS;
  return [
    line(heads),
    line([...align].map((side) => (side === "r" ? "--:" : ":--"))),
    ...rows.slice(0, MOST_ROWS).map(line),
    ...(more > 0 ? ["", `and ${formatCount(more)} more`] : []),
  ].join("\n");
}
