import type { RateChange } from "../arrivals.ts";
import type { RateChanges, VuTarget } from "./executor.ts";

/** A `VuTarget` for whoever sets it. */
export class Target implements VuTarget {
  #vus: number;
  #changed = Promise.withResolvers<void>();

  constructor(vus: number) {
    this.#vus = vus;
  }

  get vus(): number {
    return this.#vus;
  }

  changed(): Promise<void> {
    return this.#changed.promise;
  }

  /** Sets the number and tells whoever waits for a change. */
  set(vus: number): void {
    this.#vus = vus;
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }
}

/** `RateChanges` for whoever makes them. */
export class Rates implements RateChanges {
  readonly #stop: AbortSignal;
  readonly #all: RateChange[] = [];
  #next = new AbortController();

  /** @param stop aborts `changed` too */
  constructor(stop: AbortSignal) {
    this.#stop = stop;
    stop.addEventListener("abort", () => this.#next.abort(), { once: true });
  }

  get all(): readonly RateChange[] {
    return this.#all;
  }

  get changed(): AbortSignal {
    return this.#next.signal;
  }

  /** Changes the rate, not before the last change: one that is no later was heard before. */
  add(change: RateChange): void {
    if (this.#stop.aborted || change.atMs <= (this.#all.at(-1)?.atMs ?? -Infinity)) return;
    this.#all.push(change);
    const told = this.#next;
    this.#next = new AbortController();
    told.abort();
  }
}
