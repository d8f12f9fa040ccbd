/** How long a part may say nothing until it counts as silent, milliseconds. */
export const SILENT_MS = 2500;
/** How long a part that is to begin may take until it is heard of at first. */
const FIRST_MS = 15_000;

/** What is told of a part by how long nothing was heard of it. */
export type Silence = "heard" | "silent" | "lost";

/** Counts how long nothing was heard of a part, while it could have been heard. */
export class PartWatch {
  readonly #silentMs: number;
  readonly #lossAfterMs: number;
  #heard = false;
  #quietMs = 0;

  /** @param lossAfterMs how long it may say nothing until it is given up */
  constructor(lossAfterMs: number) {
    this.#lossAfterMs = lossAfterMs;
    this.#silentMs = Math.min(SILENT_MS, lossAfterMs);
  }

  /** How long nothing was heard of it, milliseconds. */
  get quietMs(): number {
    return this.#quietMs;
  }

  /** Whether it was ever heard of. */
  get known(): boolean {
    return this.#heard;
  }

  /** It said something. */
  heard(): void {
    this.#heard = true;
    this.#quietMs = 0;
  }

  /**
   * Time has passed in which it said nothing.
   *
   * @param ms how long; only while this end was connected: who hears nobody blames nobody
   */
  passed(ms: number): Silence {
    this.#quietMs += ms;
    const limit = this.#heard ? this.#lossAfterMs : Math.max(this.#lossAfterMs, FIRST_MS);
    if (this.#quietMs >= limit) return "lost";
    return this.#heard && this.#quietMs >= this.#silentMs ? "silent" : "heard";
  }
}
