import { type Context, currentContext } from "../../metrics/mod.ts";
import { OptionError } from "../../internal/mod.ts";
import { InterruptedError } from "./errors.ts";

const INTERRUPT = Symbol("downpour.interrupt");
/** Longest time a timer can wait: 2^31 - 1 ms, almost 25 days. */
const MAX_SLEEP_MS = 2 ** 31 - 1;

/** One waiting `sleep`. */
interface Sleeper {
  timer: ReturnType<typeof setTimeout>;
  reject(reason: unknown): void;
}

/** What sleeps under one signal: one listener serves all, so a sleep costs a set entry and a timer. */
interface Interrupt {
  readonly signal: AbortSignal;
  readonly sleepers: Set<Sleeper>;
}

const interrupts = new WeakMap<AbortSignal, Interrupt>();

/**
 * Makes `signal` end the sleeps of the virtual user that owns `context`: those that wait reject
 * with `InterruptedError`, later ones at once. A second call replaces the first for later sleeps.
 * Many users may share a signal.
 */
export function attachInterrupt(context: Context, signal: AbortSignal): void {
  context.locals.set(INTERRUPT, interruptOf(signal));
}

/** What ends the sleeps of the running virtual user, for waiting of another kind; undefined outside the runner. */
export function interruptSignal(): AbortSignal | undefined {
  return (currentContext().locals.get(INTERRUPT) as Interrupt | undefined)?.signal;
}

function interruptOf(signal: AbortSignal): Interrupt {
  const known = interrupts.get(signal);
  if (known) return known;
  const interrupt: Interrupt = { signal, sleepers: new Set() };
  interrupts.set(signal, interrupt);
  signal.addEventListener("abort", () => {
    const sleepers = [...interrupt.sleepers];
    interrupt.sleepers.clear();
    for (const sleeper of sleepers) {
      clearTimeout(sleeper.timer);
      sleeper.reject(interrupted(signal));
    }
  }, { once: true });
  return interrupt;
}

/**
 * Waits. Unlike k6's, it returns a promise: `await sleep(1)`.
 *
 * @param seconds not negative, at most 2147483 (almost 25 days); fractions count, rounded up to 1 ms
 * @throws {OptionError} when it is not such a number
 * @throws {InterruptedError} as a rejection, when the run ends the iteration
 */
export function sleep(seconds: number): Promise<void> {
  const waitMs = typeof seconds === "number" ? Math.ceil(seconds * 1000) : NaN;
  if (!(waitMs >= 0 && waitMs <= MAX_SLEEP_MS)) {
    throw new OptionError("sleep", `sleep needs seconds from 0 to 2147483: ${String(seconds)}`);
  }
  const interrupt = currentContext().locals.get(INTERRUPT) as Interrupt | undefined;
  if (interrupt === undefined) return new Promise((resolve) => setTimeout(resolve, waitMs));
  const { signal, sleepers } = interrupt;
  if (signal.aborted) return Promise.reject(interrupted(signal));
  return new Promise((resolve, reject) => {
    const sleeper: Sleeper = {
      timer: setTimeout(() => {
        sleepers.delete(sleeper);
        resolve();
      }, waitMs),
      reject,
    };
    sleepers.add(sleeper);
  });
}

function interrupted(signal: AbortSignal): InterruptedError {
  return new InterruptedError("Sleep interrupted by the end of the run", signal.reason);
}
