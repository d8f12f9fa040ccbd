import { cpuUsage } from "node:process";
import { setImmediate } from "node:timers";

/** Time as the engine sees it, so that tests can be their own clock. */
export interface Clock {
  /** Milliseconds since the epoch, with a fraction; never goes back within a process. */
  now(): number;
  /** CPU time of this process, milliseconds. */
  cpuMs(): number;
  /** Resolves after `ms`, or as soon as `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Like `sleep`, but as exact as can be. It may keep the CPU busy for the last millisecond; with
   * `busy`, all of the time if that is short.
   */
  sleepExactly(ms: number, busy: boolean, signal?: AbortSignal): Promise<void>;
  /** Resolves when all that could go on without a timer or a socket has gone on. */
  settle(): Promise<void>;
  /** Resolves after the event loop has turned once: timers and sockets had their chance. */
  turn(): Promise<void>;
}

/** How far behind `Date.now()` the monotonic clock stood when this module was loaded. */
const EPOCH_OFFSET_MS = Date.now() - performance.now();
/** The longest delay that a timer takes; longer sleeps are made of several. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** Timers take whole milliseconds and come this much to `TIMER_LATEST_MS` later. */
const TIMER_LATE_MS = 1.1;
const TIMER_LATEST_MS = 2.3;

/** The machine's clock: monotonic, aligned with `Date.now()` once per process. */
export const systemClock: Clock = {
  now: () => EPOCH_OFFSET_MS + performance.now(),
  cpuMs() {
    const { user, system } = cpuUsage();
    return (user + system) / 1000;
  },
  sleep,
  sleepExactly,
  settle,
  // A timer, as it lets the event loop rest: loops that go on by setImmediate keep it so busy that
  // sockets are looked at only every sixtieth time.
  turn: () => new Promise<void>((resolve) => void setTimeout(resolve, 0)),
};

/** Clocks further apart than this were set while processes started, not just read one after the other. */
const STEP_MS = 1000;

/**
 * A moment of another process' clock on this one. Each was aligned with the wall clock when its
 * process began: one that was set in between would have the processes hours apart.
 *
 * @param at the moment, by the other clock
 * @param sentAt when it was told, by the other clock
 * @param now when it was heard, by this one
 */
export function onThisClock(at: number, sentAt: number, now: number): number {
  const apart = now - sentAt;
  return Math.abs(apart) < STEP_MS ? at : at + apart;
}

function settle(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    let left = ms;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const arm = () => {
      const step = Math.min(left, MAX_TIMER_MS);
      left -= step;
      timer = setTimeout(left > 0 ? arm : done, step);
    };
    signal?.addEventListener("abort", done, { once: true });
    arm();
  });
}

/**
 * Asks the timer for less by what it is late, and waits for the rest, if any, with the event loop
 * turning: sockets are served meanwhile, if less often than from a loop that rests.
 */
async function sleepExactly(ms: number, busy: boolean, signal?: AbortSignal): Promise<void> {
  const until = performance.now() + ms;
  const ask = Math.ceil(ms - (busy ? TIMER_LATEST_MS : TIMER_LATE_MS));
  if (ask > 0) await sleep(ask, signal);
  // The shortest timer: whoever is not busy does not turn the loop for as long as this takes.
  else if (!busy) return await sleep(1, signal);
  while (performance.now() < until && signal?.aborted !== true) {
    await settle();
  }
}
