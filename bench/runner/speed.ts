import { runFlags, summaryValue, takeSummary } from "../downpour.ts";
import { downpourCommand } from "../downpour.ts";
import { ROOT, runOk } from "../process.ts";

/** One measurement of what iterations themselves cost. */
export interface Speed {
  /** Calls a second: iterations, or what each of them does over and over. */
  readonly perSecond: number;
  /** The same for each second of CPU that all its processes took, start-up included. */
  readonly perCpuSecond: number;
}

/** Something done again and again in iterations that wait for nothing. */
export interface SpeedCase {
  readonly part: string;
  readonly title: string;
  /** Names of the scripts in `bench/scripts`: ours, and k6's after `k6_`. */
  readonly script: string;
  /** How often an iteration does it. */
  readonly times: number;
}

/** What is measured. */
export const SPEED_CASES: readonly SpeedCase[] = [
  { part: "empty", title: "empty iterations", script: "empty", times: 1 },
  { part: "adds", title: "Trend.add", script: "adds", times: 10_000 },
  { part: "checks", title: "check", script: "checks", times: 10_000 },
];

/** VUs that iterate: k6 uses all cores with them. */
const VUS = 8;

/** Ours, on one shard. */
export async function ourSpeed(each: SpeedCase, folder: string, seconds: number): Promise<Speed> {
  const summary = `${folder}/speed.json`;
  const { cpuSeconds } = await runOk([
    ...await downpourCommand(),
    ...["run", `${ROOT}bench/scripts/${each.script}.ts`, "--env", `TIMES=${each.times}`],
    ...runFlags({ vus: VUS, seconds, shards: 1, summary }),
  ], { limitSeconds: seconds + 60 });
  const figures = await takeSummary(summary);
  const iterations = summaryValue(figures, "iterations", "count") ?? 0;
  return speed(iterations * each.times, figures.state.testRunDurationMs / 1000, cpuSeconds);
}

/** That of the k6 at `path`. */
export async function k6Speed(
  path: string,
  each: SpeedCase,
  folder: string,
  seconds: number,
): Promise<Speed> {
  const summary = `${folder}/k6.json`;
  const { cpuSeconds } = await runOk([
    ...[path, "run", "--quiet", "--no-color", "--address=", "--summary-export", summary],
    ...["--vus", String(VUS), "--duration", `${seconds}s`, "--env", `TIMES=${each.times}`],
    `${ROOT}bench/scripts/k6_${each.script}.js`,
  ], { limitSeconds: seconds + 60, env: { K6_NO_USAGE_REPORT: "true" } });
  const { metrics } = JSON.parse(await Deno.readTextFile(summary)) as {
    metrics: { iterations: { count: number; rate: number } };
  };
  await Deno.remove(summary);
  const { count, rate } = metrics.iterations;
  return speed(count * each.times, count / rate, cpuSeconds);
}

function speed(calls: number, seconds: number, cpuSeconds: number): Speed {
  return { perSecond: calls / seconds, perCpuSecond: calls / cpuSeconds };
}
