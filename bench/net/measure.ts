import process from "node:process";
import { percentile } from "../stats.ts";
import { newTally, type Traffic } from "./tally.ts";

/** Seconds of one turn of a client. */
export interface Turn {
  /** At its beginning, not counted. */
  readonly leadSeconds: number;
  readonly seconds: number;
}

/** What a client did in a turn. */
export interface TurnResult {
  /** Messages or bytes. */
  readonly count: number;
  readonly seconds: number;
  /** User and system CPU of the process, all threads of it. */
  readonly cpuSeconds: number;
  /** Null where nothing was timed. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly resent: number;
}

/** Lets traffic run for a turn. */
export async function measure(traffic: readonly Traffic[], turn: Turn): Promise<TurnResult> {
  const tally = newTally();
  const watch = async (): Promise<TurnResult> => {
    await delay(turn.leadSeconds);
    Object.assign(tally, newTally());
    const [startedAt, cpuBefore] = [performance.now(), process.cpuUsage()];
    await delay(turn.seconds);
    const [elapsedMs, cpu] = [performance.now() - startedAt, process.cpuUsage(cpuBefore)];
    tally.stopped = true;
    const { count, resent } = tally;
    const latencies = tally.latencies.sort((a, b) => a - b);
    const at = (p: number): number | null =>
      latencies.length === 0 ? null : percentile(latencies, p);
    return {
      ...{ count, resent, seconds: elapsedMs / 1000 },
      cpuSeconds: (cpu.user + cpu.system) / 1e6,
      ...{ p50Ms: at(50), p99Ms: at(99) },
    };
  };
  const [result] = await Promise.all([watch(), ...traffic.map((run) => run(tally))]);
  return result;
}

function delay(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
