import type { Waits } from "./_waits.ts";

/** What one item counts beside its bytes, so that many small ones are bounded as well. */
const OVERHEAD = 64;

interface Item {
  readonly data: Uint8Array;
  readonly dueAt: number;
}

/** Bytes under way: each is sent when it is due, in order. */
export class DelayLine {
  readonly #waits: Waits;
  readonly #send: (data: Uint8Array) => Promise<void>;
  readonly #items: Item[] = [];
  #weight = 0;
  #broken: { cause: unknown } | undefined;
  #changed: PromiseWithResolvers<void> | undefined;

  /** @param waits its end breaks the line */
  constructor(waits: Waits, send: (data: Uint8Array) => Promise<void>) {
    this.#waits = waits;
    this.#send = send;
  }

  /** Takes `data`, which nobody may change from here on. It never overtakes what is ahead. */
  push(data: Uint8Array, dueAt: number): void {
    this.#weight += data.length + OVERHEAD;
    this.#items.push({ data, dueAt });
    if (this.#items.length === 1) this.#run();
  }

  /** Resolves when at most `weight` is under way; rejects with what broke the line. */
  async atMost(weight: number): Promise<void> {
    while (this.#weight > weight && this.#broken === undefined) {
      this.#changed ??= Promise.withResolvers();
      await this.#changed.promise;
    }
    if (this.#broken !== undefined) throw this.#broken.cause;
  }

  async #run(): Promise<void> {
    try {
      for (let item = this.#items[0]; item !== undefined; item = this.#items[0]) {
        await this.#waits.until(item.dueAt);
        await this.#send(item.data);
        this.#items.shift();
        this.#weight -= item.data.length + OVERHEAD;
        this.#tell();
      }
    } catch (cause) {
      this.#broken = { cause };
      this.#items.length = 0;
      this.#tell();
    }
  }

  #tell(): void {
    this.#changed?.resolve();
    this.#changed = undefined;
  }
}
