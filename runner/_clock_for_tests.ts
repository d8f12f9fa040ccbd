import { setImmediate } from "node:timers";
import type { Clock } from "./clock.ts";

/**
 * A clock that stands still until `run` moves it from one sleeper to the next: an hour passes in
 * no time, and always the same way.
 */
export class FakeClock implements Clock {
  #now: number;
  #spent = 0;
  #order = 0;
  readonly #sleepers = new Set<{ at: number; order: number; wake: () => void }>();

  constructor(now = 0) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** Lets time pass while code runs, as work that blocks does. */
  spend(ms: number): void {
    this.#spent += ms;
    this.#now += ms;
  }

  cpuMs(): number {
    return this.#spent;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const sleeper = { at: this.#now + ms, order: this.#order++, wake };
      this.#sleepers.add(sleeper);
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

  /** Moves time on until `work` settles; rejects when nothing is left to wait for. */
  async run<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const done = () => {
      settled = true;
    };
    work.then(done, done);
    for (;;) {
      // Everything that can go on without time passing goes on.
      for (let i = 0; i < 3; i++) await new Promise<void>((resolve) => void setImmediate(resolve));
      if (settled) return await work;
      const next = [...this.#sleepers].sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (next === undefined) throw new Error(`nothing to wait for at ${this.#now} ms`);
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
  }
}
