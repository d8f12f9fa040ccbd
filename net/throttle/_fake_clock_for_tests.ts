import type { Clock } from "../clock.ts";

interface Timer {
  readonly at: number;
  readonly call: () => void;
}

/** A clock that stands still until it is told otherwise. */
export class FakeClock implements Clock {
  readonly #timers = new Set<Timer>();
  readonly #random: () => number;
  #now = 1000;
  #asked = Promise.withResolvers<void>();

  /** @param random what chance gives @default the middle, always */
  constructor(random: () => number = () => 0.5) {
    this.#random = random;
  }

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.#random();
  }

  after(ms: number, call: () => void): () => void {
    const timer = { at: this.#now + ms, call };
    this.#timers.add(timer);
    this.#asked.resolve();
    return () => void this.#timers.delete(timer);
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Resolves once a timer waits. */
  async asked(): Promise<void> {
    if (this.waiting > 0) return;
    this.#asked = Promise.withResolvers();
    await this.#asked.promise;
  }

  /** Goes on by `ms`; timers ring in order, each followed by all that comes of it. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settled();
      const due = [...this.#timers].filter((timer) => timer.at <= end);
      const next = due.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#now = next.at;
      this.#timers.delete(next);
      next.call();
    }
    this.#now = end;
  }
}

/** Resolves when all promises that need no event from outside have gone as far as they go. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
