import type { Clock } from "../../runner/remote/mod.ts";
import type { Keys } from "../bus/bus.ts";

/** Writes that are measured; after those it is known well enough. */
const MEASURED = 16;

/**
 * The clock of the servers against a coordinator's own, by when they say that its writes of a key
 * came: the one clock that coordinators of a run share.
 */
export class ServersClock {
  readonly #keys: Keys;
  readonly #key: string;
  readonly #time: Pick<Clock, "now">;
  readonly #first = Promise.withResolvers<void>();
  #best = { offsetMs: 0, errorMs: Infinity };
  #left = MEASURED;

  constructor(keys: Keys, key: string, time: Pick<Clock, "now">) {
    this.#keys = keys;
    this.#key = key;
    this.#time = time;
  }

  /**
   * The coordinator's clock less the servers', milliseconds; waits for the first measurement.
   *
   * @throws what `end` was called with
   */
  async offsetMs(): Promise<number> {
    await this.#first.promise;
    return this.#best.offsetMs;
  }

  /** Nothing is measured any more. */
  end(reason: unknown): void {
    this.#left = 0;
    this.#first.promise.catch(() => {});
    this.#first.reject(reason);
  }

  /** Does a write of the key, which gives its revision, and measures by it. */
  async measured(write: () => Promise<number>): Promise<number> {
    const sentAt = this.#time.now();
    const revision = await write();
    if (this.#left > 0) void this.#note(revision, sentAt, this.#time.now()).catch(() => {});
    return revision;
  }

  async #note(revision: number, sentAt: number, answeredAt: number): Promise<void> {
    const entry = await this.#keys.get(this.#key);
    if (entry?.revision !== revision) return;
    this.#left--;
    const errorMs = (answeredAt - sentAt) / 2;
    if (errorMs >= this.#best.errorMs) return;
    this.#best = { offsetMs: (sentAt + answeredAt) / 2 - entry.at, errorMs };
    this.#first.resolve();
  }
}
