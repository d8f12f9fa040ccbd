import type { ColdStarts } from "./cases/cold_start.ts";
import type { RateResults } from "./cases/full_rate.ts";
import type { SleepersResult } from "./cases/sleepers.ts";
import { formatGoals, type Goal, ratio } from "./goals.ts";
import { caseGoals, formatCases, rateTable } from "./http/report.ts";
import type { CaseResults } from "./http/run_cases.ts";
import type { Sample } from "./sample.ts";
import { spread } from "./stats.ts";
import { formatNumber, formatTable } from "./table.ts";

/** Everything that one run of `bench http` measured; absent parts were not asked for or failed. */
export interface HttpResults {
  rates: RateResults;
  /** What is measured beside peers of its own. */
  cases: CaseResults;
  idle?: SleepersResult;
  sleepers?: SleepersResult;
  starts?: SleepersResult;
  cold?: ColdStarts;
}

/** The figures that matter. */
export function goals(results: HttpResults): Goal[] {
  const of = (name: string, field: keyof Sample): (number | null)[] =>
    (results.rates.get(name) ?? []).map((sample) => sample?.[field] ?? null);
  const cpu = (name: string): (number | null)[] => of(name, "cpuUsPerRequest");
  const rate = (name: string): (number | null)[] => of(name, "requestsPerSecond");
  const [sleepers, idle, starts] = [results.sleepers, results.idle, results.starts].map((run) =>
    run?.problem === null ? run : undefined
  );
  const { cold } = results;
  const perVuKb = sleepers?.rssBytes == null || idle?.rssBytes == null
    ? null
    : (sleepers.rssBytes - idle.rssBytes) / sleepers.vus / 1000;
  const k6 = "CPU per request, of k6's";
  return [
    ratio("throughput, of wrk's", ">=", 0.6, 0.75, rate("downpour URL"), rate("wrk -t1")),
    ratio(
      "throughput, of wrk's, script with check",
      ">=",
      0.6,
      null,
      rate("downpour script"),
      rate("wrk -t1"),
    ),
    ratio(
      "CPU per request, of the bare loop's",
      "<=",
      1.9,
      1.5,
      cpu("downpour URL"),
      cpu("bare loop"),
    ),
    ratio(k6, "<=", 1 / 5, 1 / 7, cpu("downpour URL"), cpu("k6")),
    ratio(`${k6}, script with check`, "<=", 1 / 5, 1 / 7, cpu("downpour script"), cpu("k6")),
    ...caseGoals(results.cases),
    single(`RSS per VU, ${sleepers?.vus ?? 5000} VUs`, "KB", 25, null, perVuKb),
    single(`ready, ${sleepers?.vus ?? 5000} VUs`, "s", 2, null, sleepers?.readySeconds),
    single(
      `VUs that started, of ${starts?.vus ?? 20_000}`,
      "",
      starts?.vus ?? 20_000,
      null,
      starts?.connected,
      ">=",
    ),
    {
      figure: "first request, deno run",
      value: spread(cold?.denoRun ?? []),
      unit: "ms",
      direction: "<=",
      goal: 250,
      aim: 150,
    },
    {
      figure: "first request, deno task",
      value: spread(cold?.denoTask ?? []),
      unit: "ms",
      direction: "<=",
      goal: 250,
      aim: 150,
    },
  ];
}

function single(
  figure: string,
  unit: string,
  goal: number,
  aim: number | null,
  value: number | null | undefined,
  direction: Goal["direction"] = "<=",
): Goal {
  return { figure, value: spread([value]), unit, direction, goal, aim };
}

/** The tables that a run prints. */
export function formatResults(results: HttpResults): string {
  const parts: string[] = [];
  if (results.rates.size > 0) {
    parts.push(rateTable("full rate, 64 connections", results.rates));
  }
  parts.push(...formatCases(results.cases));
  const sleepers = [results.idle, results.sleepers, results.starts].filter((one) => one != null);
  if (sleepers.length > 0) parts.push(sleepersTable(sleepers));
  const table = formatGoals(goals(results));
  if (table !== null) parts.push(table);
  return parts.length === 0 ? "nothing was measured" : parts.join("\n\n");
}

function sleepersTable(runs: readonly SleepersResult[]): string {
  return formatTable(
    [
      "sleeping VUs",
      "shards",
      "pause s",
      "connected",
      "ready s",
      "RSS MB",
      "requests",
      "failed",
      "p99 ms",
    ],
    runs.map((run) => [
      formatCount(run.vus),
      String(run.shards),
      String(run.pauseSeconds),
      formatCount(run.connected),
      formatNumber(run.readySeconds),
      formatNumber(run.rssBytes === null ? null : run.rssBytes / 1e6),
      formatCount(run.requests),
      formatCount(run.failed),
      formatNumber(run.p99Ms),
    ]),
  );
}

function formatCount(value: number): string {
  return value.toLocaleString("en-US");
}
