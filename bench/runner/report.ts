import { formatGoals, type Goal, ratio } from "../goals.ts";
import { type Spread, spread } from "../stats.ts";
import { formatNumber, formatSpread, formatTable } from "../table.ts";
import type { ArrivalsResult } from "./arrivals.ts";
import type { EverySampleRound } from "./every_sample.ts";
import type { IdleVusResult } from "./idle_vus.ts";
import { type Speed, SPEED_CASES } from "./speed.ts";

/** Everything that one run of `bench runner` measured. */
export interface RunnerResults {
  /** Ours and k6's by part, one a round. */
  speeds: Map<string, { ours: Speed[]; k6: Speed[] }>;
  arrivals: ArrivalsResult[];
  idle: { one: IdleVusResult; many: IdleVusResult } | null;
  everySample: EverySampleRound[];
}

/** The figures that matter. */
export function runnerGoals(results: RunnerResults): Goal[] {
  const { ours: empty = [], k6 = [] } = results.speeds.get("empty") ?? {};
  const perCpu = (speeds: readonly Speed[]) => speeds.map((speed) => speed.perCpuSecond);
  const millions = (part: string): Spread | null =>
    spread((results.speeds.get(part)?.ours ?? []).map((speed) => speed.perSecond / 1e6));
  const least = (figure: string, goal: number, value: Spread | null, unit: string): Goal => ({
    ...{ figure, value, unit, goal, direction: ">=", aim: null },
  });
  const most = (figure: string, goal: number, value: number | null, unit: string): Goal => ({
    ...{ figure, value: spread([value]), unit, goal, direction: "<=", aim: null },
  });
  const { everySample, idle } = results;
  const written = everySample.map((round) => round.withSamples);
  const plain = everySample.map((round) => round.without);
  return [
    ratio("empty iterations per CPU second, of k6's", ">=", 3, null, perCpu(empty), perCpu(k6)),
    least("Trend.add, one shard", 20, millions("adds"), "million/s"),
    least("check, one shard", 5, millions("checks"), "million/s"),
    ...results.arrivals.flatMap((run) => [
      most(`${run.executor}: dropped`, 0, run.dropped, ""),
      most(`${run.executor}: start lateness p99`, 2, run.latenessP99Ms, "ms"),
      most(
        `${run.executor}: off the plan`,
        0.1,
        Math.abs(run.started / run.asked - 1) * 100,
        "%",
      ),
    ]),
    most(`${idle?.many.vus ?? ""} VUs that sleep: start`, 2, idle?.many.readySeconds ?? null, "s"),
    most(`${idle?.many.vus ?? ""} VUs that sleep: RSS per VU`, 20, perVuKb(idle), "KB"),
    ratio("throughput with every sample as NDJSON", ">=", 0.75, null, written, plain),
  ];
}

function perVuKb(idle: RunnerResults["idle"]): number | null {
  if (idle === null || idle.many.rssBytes === null || idle.one.rssBytes === null) return null;
  return (idle.many.rssBytes - idle.one.rssBytes) / (idle.many.vus - idle.one.vus) / 1000;
}

/** The tables that a run prints. */
export function formatRunnerResults(results: RunnerResults): string {
  const parts = [speedTable(results), arrivalsTable(results), formatGoals(runnerGoals(results))];
  return parts.filter((part) => part !== null).join("\n\n") || "nothing was measured";
}

function speedTable({ speeds }: RunnerResults): string | null {
  const rows = SPEED_CASES.flatMap(({ part, title }) =>
    (["ours", "k6"] as const).flatMap((who) => {
      const found = speeds.get(part)?.[who] ?? [];
      if (found.length === 0) return [];
      const of = (field: keyof Speed) => formatSpread(spread(found.map((one) => one[field] / 1e6)));
      return [[
        title,
        who === "ours" ? "downpour, one shard" : "k6",
        of("perSecond"),
        of("perCpuSecond"),
      ]];
    })
  );
  return rows.length === 0
    ? null
    : formatTable(["calls", "by", "million/s", "million/CPU s"], rows);
}

function arrivalsTable({ arrivals }: RunnerResults): string | null {
  if (arrivals.length === 0) return null;
  return formatTable(
    ["arrivals, one shard", "asked", "started", "dropped", "lateness p99 ms", "CPU s"],
    arrivals.map((run) => [
      run.executor,
      run.asked.toLocaleString("en-US"),
      run.started.toLocaleString("en-US"),
      run.dropped.toLocaleString("en-US"),
      formatNumber(run.latenessP99Ms),
      formatNumber(run.cpuSeconds),
    ]),
  );
}
