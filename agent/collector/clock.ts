import { sleep } from "../sleep.ts";

/** How a pusher waits; tests have a clock of their own. */
export interface Clock {
  /** Milliseconds by a clock that nobody sets, as `performance.now`. */
  now(): number;
  /** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** From 0 to below 1, as `Math.random`. */
  random(): number;
}

/** The machine's. */
export const CLOCK: Clock = {
  now: () => performance.now(),
  random: Math.random,
  sleep,
};

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5000;

/** The wait before try number `failures` + 1: twice as long each time, half of it by chance. */
export function backoffMs(failures: number, random: number): number {
  const whole = Math.min(FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 10), LONGEST_WAIT_MS);
  return whole / 2 + whole / 2 * random;
}
