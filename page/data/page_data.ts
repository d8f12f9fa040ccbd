import { summaryData, type SummaryGroup, verdicts } from "../../report/mod.ts";
import type { RunOptions, RunResult, RunStatus } from "../../runner/mod.ts";
import { resultOf, type RunRecord } from "../../results/mod.ts";
import { errorsOf } from "./errors.ts";
import { familiesOf, type Part, partsOf, significant } from "./rows.ts";
import { shapeOf } from "./shape.ts";
import { fileTimeline } from "./timeline.ts";
import {
  PAGE_SCHEMA,
  PAGE_VERSION,
  type PageCheck,
  type PageData,
  type PageNow,
  type PageRun,
  type PageScenario,
  type PageState,
  type PageThreshold,
  type Shape,
} from "./types.ts";

/** Most rows of a report that can be looked at closer. */
const MAX_SHAPES = 60;
/** Statistics of trends that the page shows whatever the summary does. */
const STATS = ["avg", "min", "med", "max", "p(90)", "p(95)"] as const;

/** A finished run as the page shows it. */
export function pageData(record: RunRecord): PageData {
  const result = resultOf(record);
  const parts = partsOf(result);
  const now = pageNow(result, endState(result), parts);
  const { families, rows } = { families: familiesOf(result.metrics), rows: now.rows };
  return {
    schema: PAGE_SCHEMA,
    version: PAGE_VERSION,
    run: pageRun(result.name, record.startedAt, result.options, recordFacts(record)),
    now,
    timeline: fileTimeline(record.timeline, { families, rows }),
    shapes: shapesOf(parts),
    log: record.log,
    samples: result.metrics.failures.all,
  };
}

/** What doesn't change while a run goes on. */
export function pageRun(
  name: string,
  startedAt: string,
  options: Pick<RunOptions, "scenarios"> | null,
  facts: PageRun["facts"],
  steered: RunStatus["steered"] = {},
): PageRun {
  const scenarios = (options?.scenarios ?? []).map((one) => pageScenario(one, steered[one.name]));
  return { name, startedAt, facts, scenarios };
}

/** @param set what was set live */
function pageScenario(scenario: RunOptions["scenarios"][number], set?: number): PageScenario {
  const { name, executor } = scenario;
  const fixed = { name, executor, maxVUs: null, vus: 0, rate: null, maxRate: 0 };
  switch (scenario.executor) {
    case "externally-controlled":
      return { ...fixed, maxVUs: Math.max(scenario.maxVUs, set ?? 0), vus: set ?? scenario.vus };
    case "constant-arrival-rate":
    case "ramping-arrival-rate": {
      const rates = ratesOf(scenario).map((rate) => rate * 1000 / scenario.timeUnitMs);
      const planned = 2 * Math.max(...rates);
      const maxRate = (set ?? 0) > planned ? 2 * set! : planned;
      return { ...fixed, rate: significant(set ?? rates[0]!), maxRate: significant(maxRate) };
    }
    default:
      return fixed;
  }
}

type Scenario = RunOptions["scenarios"][number];

/** Rates that are planned, per time unit: the first one is that at the start. */
function ratesOf(
  scenario: Extract<Scenario, { executor: "constant-arrival-rate" | "ramping-arrival-rate" }>,
): number[] {
  if (scenario.executor === "constant-arrival-rate") return [scenario.rate];
  return [scenario.startRate, ...scenario.stages.map(({ target }) => target)];
}

/** All numbers of a run, finished or as far as it has come. */
export function pageNow(
  result: RunResult,
  state: PageState,
  parts: readonly Part[] = partsOf(result),
): PageNow {
  const summaryTrendStats = [...new Set([...STATS, ...result.options.summaryTrendStats])];
  const summary = summaryData({ ...result, options: { ...result.options, summaryTrendStats } });
  return {
    state,
    iterations: { ...result.iterations },
    metrics: Object.entries(summary.metrics).map(([name, { type, contains, values }]) => ({
      ...{ name, type, contains, values },
    })),
    thresholds: thresholdsOf(result),
    checks: checksOf(summary.root_group, []),
    rows: parts.map(({ row }) => row),
    errors: errorsOf(result.metrics),
    failures: result.failures,
    generator: state.exitCode === null ? null : {
      verdict: result.generator.verdict,
      reasons: result.generator.reasons,
      cpuShare: result.generator.cpuShare,
      loopLagP99Ms: result.generator.loopLagP99Ms,
    },
  };
}

function thresholdsOf(result: RunResult): PageThreshold[] {
  const texts = verdicts(result).filter(({ kind }) => kind === "threshold");
  return result.thresholds.map(({ metric, expression, ok }, i) => ({
    ...{ metric, expression, ok },
    text: texts[i]?.message ?? "",
  }));
}

function checksOf(group: SummaryGroup, groups: readonly string[]): PageCheck[] {
  return [
    ...group.checks.map(({ name, passes, fails }) => ({ groups, name, passes, fails })),
    ...group.groups.flatMap((inner) => checksOf(inner, [...groups, inner.name])),
  ];
}

/** How a run stands that goes on. */
export function stateOf(status: RunStatus): PageState {
  const { phase, paused, elapsedMs, totalMs, vus, vusMax } = status;
  return { phase, paused, elapsedMs, totalMs, vus, vusMax, exitCode: null };
}

/** How a run stands that has ended. */
export function endState({ durationMs, vusMax, exitCode }: RunResult): PageState {
  return {
    ...{ phase: "ended", paused: false, elapsedMs: durationMs, totalMs: durationMs },
    ...{ vus: 0, vusMax, exitCode },
  };
}

/** Histograms of those parts that have one, busiest first. */
export function shapesOf(parts: readonly Part[]): Record<string, Shape> {
  const shown = parts.filter(({ histogram }) => histogram.count > 0).slice(0, MAX_SHAPES);
  return Object.fromEntries(shown.map(({ row, histogram }) => [row.key, shapeOf(histogram)]));
}

function recordFacts({ id, machine, script }: RunRecord): PageRun["facts"] {
  const { downpour, deno, os, arch, cores } = machine;
  return [
    ["Run", id],
    ["Downpour", downpour],
    ["Deno", deno],
    ["Machine", `${os} ${arch}, ${cores} ${cores === 1 ? "core" : "cores"}`],
    ...(script === null
      ? []
      : [["Script", `${script.path} (SHA-256 ${script.sha256.slice(0, 12)}…)`] as const]),
  ];
}
