import type { Closeable } from "../metrics/mod.ts";
import type { Clock } from "../net/mod.ts";
import { HttpError } from "./errors.ts";

/** How late a turn may be taken without the next ones moving: what timers and busy moments cost. */
const SLACK_MS = 10;

/** Who waits for a turn. */
interface Waiter {
  readonly owner: Place;
  readonly given: PromiseWithResolvers<void>;
}

/**
 * Gives out turns at an even rate, in the order in which they are asked for (k6's `rps`).
 *
 * Turns that nobody took are gone: after a pause there is no burst. While they are asked for all the
 * time, they keep to their plan however late the timer is, so that the rate doesn't drift; a process
 * that was held up for longer than 10 ms doesn't make up for it.
 */
export class Pacer {
  readonly #gapMs: number;
  readonly #clock: Pick<Clock, "now" | "after">;
  readonly #waiters = new Set<Waiter>();
  #nextAt = -Infinity;
  #lastAt = -Infinity;
  #cancel: (() => void) | undefined;

  /** @param perSecond turns a second, above 0; may be a fraction */
  constructor(perSecond: number, clock: Pick<Clock, "now" | "after">) {
    this.#gapMs = 1000 / perSecond;
    this.#clock = clock;
  }

  /** A place in the line, of a virtual user. */
  place(): Place {
    return new Place(this);
  }

  /** For places: undefined when it is a turn already, otherwise what becomes one. */
  ask(owner: Place): Waiter | undefined {
    const now = this.#clock.now();
    if (this.#waiters.size === 0 && now >= this.#nextAt) {
      this.#given(now, now - this.#lastAt <= SLACK_MS ? SLACK_MS : 0);
      return undefined;
    }
    const waiter = { owner, given: Promise.withResolvers<void>() };
    this.#waiters.add(waiter);
    this.#arm(now);
    return waiter;
  }

  /** For places: somebody doesn't wait any more. */
  leave(waiter: Waiter, reason: unknown): void {
    if (!this.#waiters.delete(waiter)) return;
    waiter.given.reject(reason);
    if (this.#waiters.size > 0) return;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** For places: all of one. */
  leaveAll(owner: Place, reason: unknown): void {
    for (const waiter of [...this.#waiters]) if (waiter.owner === owner) this.leave(waiter, reason);
  }

  /** @param slackMs how late it may have been without moving the next ones */
  #given(now: number, slackMs: number): void {
    this.#nextAt = Math.max(this.#nextAt, now - slackMs) + this.#gapMs;
    this.#lastAt = now;
  }

  #arm(now: number): void {
    if (this.#cancel !== undefined) return;
    const ms = Math.max(0, Math.ceil(this.#nextAt - now));
    this.#cancel = this.#clock.after(ms, () => {
      this.#cancel = undefined;
      this.#give();
    });
  }

  #give(): void {
    const now = this.#clock.now();
    for (const waiter of this.#waiters) {
      if (this.#nextAt > now) return this.#arm(now);
      this.#waiters.delete(waiter);
      this.#given(now, SLACK_MS);
      waiter.given.resolve();
    }
  }
}

/** Where the requests of a virtual user wait for their turns. */
export class Place implements Closeable {
  readonly #pacer: Pacer;

  /** Made by a pacer. */
  constructor(pacer: Pacer) {
    this.#pacer = pacer;
  }

  /** Resolves when it is the caller's turn. @throws {HttpError} `aborted` by the signal, or when the user is gone */
  async turn(signal: AbortSignal | undefined): Promise<void> {
    const waiter = this.#pacer.ask(this);
    if (waiter === undefined) return;
    const onAbort = () => {
      const why = "request aborted by its signal while it waited for its turn";
      this.#pacer.leave(waiter, new HttpError("aborted", "send", why, signal!.reason));
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      await waiter.given.promise;
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** Ends the waiting. */
  close(): void {
    const why = "the virtual user was gone before its request had its turn";
    this.#pacer.leaveAll(this, new HttpError("aborted", "send", why));
  }
}
