/** What a component waits for: the resource `pollable` of `wasi:io/poll`. */
export class Pollable {
  readonly #isReady: () => boolean;
  readonly #wait: () => Promise<void>;

  /**
   * @param isReady whether there is nothing to wait for
   * @param wait resolves when that may have changed; rejects when the call is given up
   */
  constructor(isReady: () => boolean, wait: () => Promise<void>) {
    this.#isReady = isReady;
    this.#wait = wait;
  }

  /** Whether it is ready. */
  ready(): boolean {
    return this.#isReady();
  }

  /** Suspends the component until it is ready. */
  async block(): Promise<void> {
    while (!this.#isReady()) await this.#wait();
  }
}

/** The indexes of those that are ready; suspends the component until there is one. */
export async function poll(list: readonly Pollable[]): Promise<Uint32Array> {
  if (list.length === 0) throw new Error("poll of an empty list");
  for (;;) {
    const ready = list.flatMap((one, index) => one.ready() ? [index] : []);
    if (ready.length > 0) return Uint32Array.from(ready);
    // What waits is left behind by the first: timers and queues know to be asked again.
    await Promise.race(list.map((one) => one.block()));
  }
}
