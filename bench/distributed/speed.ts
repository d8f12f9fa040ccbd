import { keptIn, ratesBetween, takeCourse } from "../course.ts";
import { downpourCommand, runFlags, type Summary, summaryValue, takeSummary } from "../downpour.ts";
import { ROOT, runOk } from "../process.ts";
import { spread } from "../stats.ts";
import { type BenchPool, cpuSecondsOf } from "./pool.ts";

/** VUs of each shard. */
const VUS = 8;
/** Seconds in which code is compiled, and one by which an agent's numbers come later. */
const COMPILING_SECONDS = 4;
/** Length of the run that shows what starting costs. */
const SHORT_SECONDS = 1;

/** How fast iterations were that burn CPU and wait for nothing. */
export interface Speed {
  /** Median of the seconds but the first four, in which code is compiled, and the last. */
  readonly perSecond: number;
  /** CPU of all processes, the server's too, for each iteration beyond the first second; microseconds. */
  readonly cpuUs: number;
}

/** One round: the same script on one shard of this machine, on one agent and on two. */
export interface SpeedRound {
  readonly local: Speed;
  readonly one: Speed;
  readonly two: Speed;
}

/** Measures a round. */
export async function measureSpeed(
  pool: BenchPool,
  folder: string,
  seconds: number,
): Promise<SpeedRound> {
  const pids = [...pool.agents, pool.server].map(({ pid }) => pid);
  const on = (agents: number) => ["--on", pool.server.url, "--agents", String(agents)];
  const local = () => speed(["--shards", "1"], 1, [], folder, seconds);
  // A machine changes its pace: what it is measured by stands before and behind.
  const before = await local();
  const one = await speed(on(1), 1, pids, folder, seconds);
  const after = await local();
  const two = await speed(on(2), 2, pids, folder, seconds);
  return { local: mean(before, after), one, two };
}

function mean(a: Speed, b: Speed): Speed {
  return { perSecond: (a.perSecond + b.perSecond) / 2, cpuUs: (a.cpuUs + b.cpuUs) / 2 };
}

async function speed(
  flags: readonly string[],
  shards: number,
  pids: readonly number[],
  folder: string,
  seconds: number,
): Promise<Speed> {
  const short = await once(flags, shards, pids, folder, SHORT_SECONDS);
  const long = await once(flags, shards, pids, folder, SHORT_SECONDS + seconds);
  return {
    perSecond: long.perSecond,
    cpuUs: (long.cpuSeconds - short.cpuSeconds) / (long.iterations - short.iterations) * 1e6,
  };
}

interface Once {
  readonly iterations: number;
  /** 0 for a run that is too short. */
  readonly perSecond: number;
  readonly cpuSeconds: number;
}

async function once(
  flags: readonly string[],
  shards: number,
  pids: readonly number[],
  folder: string,
  seconds: number,
): Promise<Once> {
  const path = `${folder}/speed.json`;
  const before = await cpuSecondsOf(pids);
  const common = runFlags({ vus: VUS * shards, seconds, shards: 1, summary: path });
  const { cpuSeconds } = await runOk([
    ...await downpourCommand(),
    ...["run", `${ROOT}bench/scripts/checks.ts`, "--env", "TIMES=1000"],
    ...common.filter((flag, at) =>
      !["--shards", "--no-save"].includes(flag) && common[at - 1] !== "--shards"
    ),
    ...flags,
  ], { limitSeconds: seconds + 60, env: keptIn(folder) });
  const more = await cpuSecondsOf(pids) - before;
  const summary: Summary = await takeSummary(path);
  const iterations = summaryValue(summary, "iterations", "count") ?? 0;
  const course = await takeCourse(folder, "iterations");
  const begun = course.startedAt + COMPILING_SECONDS * 1000;
  const rates = seconds > COMPILING_SECONDS + 1
    ? ratesBetween(course, begun, course.startedAt + (seconds - 1) * 1000)
    : [];
  return {
    iterations,
    perSecond: spread(rates)?.median ?? 0,
    cpuSeconds: cpuSeconds + more,
  };
}
