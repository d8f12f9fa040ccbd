import process from "node:process";
import { percentile } from "../stats.ts";
import { newTally, type Tally } from "./tally.ts";

/** What a client found, from the end of its warm-up. */
export interface ClientResult {
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

/** Lets loops run, warm up, then counts for `seconds`, then stops them. */
export async function measure(
  loops: (tally: Tally) => Promise<unknown>,
  warmUpSeconds: number,
  seconds: number,
): Promise<ClientResult> {
  const tally = newTally();
  const [result] = await Promise.all([watch(tally, warmUpSeconds, seconds), loops(tally)]);
  return result;
}

async function watch(
  tally: Tally,
  warmUpSeconds: number,
  seconds: number,
): Promise<ClientResult> {
  await delay(warmUpSeconds);
  Object.assign(tally, newTally());
  const [startedAt, cpuBefore] = [performance.now(), process.cpuUsage()];
  await delay(seconds);
  const [elapsedMs, cpu] = [performance.now() - startedAt, process.cpuUsage(cpuBefore)];
  tally.stopped = true;
  const latencies = tally.latencies.sort((a, b) => a - b);
  const at = (p: number): number | null => latencies.length === 0 ? null : percentile(latencies, p);
  return {
    count: tally.count,
    seconds: elapsedMs / 1000,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    p50Ms: at(50),
    p99Ms: at(99),
    resent: tally.resent,
  };
}

function delay(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
