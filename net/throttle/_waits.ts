import type { Clock } from "../clock.ts";

/** Waits of one connection, which end with it. */
export class Waits {
  readonly #clock: Clock;
  readonly #cancels = new Set<(reason: unknown) => void>();
  #ended: { reason: unknown } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves at a time, in milliseconds of the clock; rejects once `end` was called. */
  until(time: number): Promise<void> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended.reason);
    const ms = time - this.#clock.now();
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const takeBack = this.#clock.after(ms, () => {
        this.#cancels.delete(cancel);
        resolve();
      });
      const cancel = (reason: unknown): void => {
        takeBack();
        reject(reason);
      };
      this.#cancels.add(cancel);
    });
  }

  /** Ends those under way and those to come. */
  end(reason: unknown): void {
    this.#ended ??= { reason };
    for (const cancel of this.#cancels) cancel(this.#ended.reason);
    this.#cancels.clear();
  }
}
