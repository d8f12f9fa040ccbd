import { setImmediate } from "node:timers";
import type { Clock } from "../runner/remote/mod.ts";

interface Sleeper {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
  awake: boolean;
}

/**
 * A clock that stands still until `run` moves it from one sleeper to the next, in the order of their
 * times and, where these are the same, of their coming: an hour passes in no time, always the same way.
 * Made for many sleepers.
 */
export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  /** A heap: each is before those at twice its index and one or two more. */
  readonly #sleepers: Sleeper[] = [];
  readonly #elsewhere = new Set<Promise<unknown>>();

  /** @param now where it begins, milliseconds since the epoch */
  constructor(now = 0) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** Virtual time takes none. */
  cpuMs(): number {
    return 0;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        if (sleeper.awake) return;
        sleeper.awake = true;
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const at = this.#now + Math.max(0, ms);
      const sleeper: Sleeper = { at, order: this.#order++, wake, awake: false };
      this.#push(sleeper);
      signal?.addEventListener("abort", wake);
    });
  }

  sleepExactly(ms: number, _busy: boolean, signal?: AbortSignal): Promise<void> {
    return this.sleep(ms, signal);
  }

  settle(): Promise<void> {
    return this.sleep(0);
  }

  turn(): Promise<void> {
    return this.sleep(0);
  }

  /** Stands still until something is done that takes real time: what another thread does. */
  async during<T>(work: Promise<T>): Promise<T> {
    const done = work.catch(() => {});
    this.#elsewhere.add(done);
    try {
      return await work;
    } finally {
      this.#elsewhere.delete(done);
    }
  }

  /**
   * Moves time on until `work` settles; rejects when nothing is left to wait for, or when it takes
   * longer than `mostMs`.
   */
  async run<T>(work: Promise<T>, mostMs: number = 24 * 3_600_000): Promise<T> {
    const until = this.#now + mostMs;
    let settled = false;
    const done = () => void (settled = true);
    work.then(done, done);
    for (;;) {
      // Everything that can go on without time passing goes on.
      await new Promise<void>((resolve) => void setImmediate(resolve));
      if (settled) return await work;
      if (this.#elsewhere.size > 0) {
        await Promise.race(this.#elsewhere);
        continue;
      }
      const next = this.#next();
      if (next === null) throw new Error(`nothing to wait for at ${this.#now} ms`);
      if (next.at > until) throw new Error(`not done after ${mostMs} ms, at ${this.#now} ms`);
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
  }

  /** The first that still sleeps, taken out. */
  #next(): Sleeper | null {
    for (;;) {
      const next = this.#pop();
      if (next === undefined || next.at === Infinity) return null;
      if (!next.awake) return next;
    }
  }

  #push(sleeper: Sleeper): void {
    const heap = this.#sleepers;
    let i = heap.push(sleeper) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (isBefore(heap[parent]!, sleeper)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = sleeper;
  }

  #pop(): Sleeper | undefined {
    const heap = this.#sleepers;
    const [first] = heap;
    const last = heap.pop();
    if (first === last || last === undefined) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (isBefore(last, heap[child]!)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
    return first;
  }
}

function isBefore(a: Sleeper, b: Sleeper): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32): for tests that print theirs. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
