import { within } from "./within.ts";

/** Who waits for a lane to an origin, in line: is given one, or null when it may look for itself. */
interface Waiter<L> {
  readonly origin: string;
  readonly given: PromiseWithResolvers<L | null>;
}

/** The requests of a pool that wait for a lane. */
export class Waiters<L> {
  readonly #all: Waiter<L>[] = [];

  /** Whether somebody waits for a lane to an origin. */
  has(origin: string): boolean {
    return this.#all.some((waiter) => waiter.origin === origin);
  }

  /** Gives the first in line what it waits for; false when nobody does. */
  give(origin: string, lane: L | null): boolean {
    const at = this.#all.length === 0
      ? -1
      : this.#all.findIndex((waiter) => waiter.origin === origin);
    if (at < 0) return false;
    this.#all.splice(at, 1)[0]!.given.resolve(lane);
    return true;
  }

  /**
   * Waits in line.
   *
   * @param until as for `within`
   * @param late gets what was given to somebody who had given up
   * @throws {HttpError} `request_timeout`, `aborted`, and what `fail` is told
   */
  async wait(
    origin: string,
    until: number,
    signal: AbortSignal | undefined,
    late: (lane: L | null) => void,
  ): Promise<L | null> {
    const waiter: Waiter<L> = { origin, given: Promise.withResolvers() };
    this.#all.push(waiter);
    try {
      return await within(waiter.given.promise, origin, until, signal);
    } catch (error) {
      const at = this.#all.indexOf(waiter);
      if (at >= 0) this.#all.splice(at, 1);
      else waiter.given.promise.then(late, () => {});
      throw error;
    }
  }

  /** Nobody gets anything any more. */
  fail(error: Error): void {
    for (const { given } of this.#all.splice(0)) given.reject(error);
  }
}
