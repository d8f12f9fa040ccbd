import type { VuTarget } from "./executor.ts";

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
