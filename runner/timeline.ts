import type { Clock } from "./clock.ts";

/**
 * The time of a load: that of a clock, but it stands still while the load is paused. All that a
 * scenario plans (stages, arrivals, durations, graceful stops) is planned on it, so a pause shifts
 * what is to come by its length.
 */
export class Timeline {
  readonly #clock: Clock;
  #lostMs = 0;
  #pausedAt = 0;
  #frozenAt = 0;
  #resumed: PromiseWithResolvers<void> | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether it stands still. */
  get paused(): boolean {
    return this.#resumed !== null;
  }

  /** What pauses that are over have taken: a time of the clock less this is one of the line. */
  get lostMs(): number {
    return this.#lostMs;
  }

  /** Milliseconds since the epoch, less all pauses. */
  now(): number {
    return this.#resumed === null ? this.#clock.now() - this.#lostMs : this.#frozenAt;
  }

  /**
   * Stands still from now on.
   *
   * @param at what the pause is counted from, by the clock of whoever asks for it: with it, pauses
   *   are of the same length on all shards, however long the word travels
   */
  pause(at: number = this.#clock.now()): void {
    if (this.#resumed !== null) return;
    this.#frozenAt = this.now();
    this.#pausedAt = at;
    this.#resumed = Promise.withResolvers();
  }

  /** Goes on. @param at by the clock that `pause` was asked by */
  resume(at: number = this.#clock.now()): void {
    if (this.#resumed === null) return;
    this.#lostMs += Math.max(0, at - this.#pausedAt);
    const { resolve } = this.#resumed;
    this.#resumed = null;
    resolve();
  }

  /** Resolves when it goes on: at once if it does. */
  running(): Promise<void> {
    return this.#resumed?.promise ?? Promise.resolve();
  }

  /** Resolves when the line has gone on by `ms`, or as soon as `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#sleep(ms, signal, (leftMs) => this.#clock.sleep(leftMs, signal));
  }

  /** Like `sleep`, but as exact as the clock can: see `Clock.sleepExactly`. */
  sleepExactly(ms: number, busy: boolean, signal?: AbortSignal): Promise<void> {
    return this.#sleep(ms, signal, (leftMs) => this.#clock.sleepExactly(leftMs, busy, signal));
  }

  async #sleep(
    ms: number,
    signal: AbortSignal | undefined,
    sleep: (leftMs: number) => Promise<void>,
  ): Promise<void> {
    const until = this.now() + ms;
    let leftMs = ms;
    do {
      if (this.#resumed !== null) await this.#goesOn(signal);
      else await sleep(leftMs);
      leftMs = until - this.now();
    } while (signal?.aborted !== true && (leftMs > 0 || this.paused));
  }

  async #goesOn(signal: AbortSignal | undefined): Promise<void> {
    if (signal === undefined) return await this.running();
    if (signal.aborted) return;
    const { promise: aborted, resolve } = Promise.withResolvers<void>();
    const onAbort = () => resolve();
    signal.addEventListener("abort", onAbort, { once: true });
    await Promise.race([this.running(), aborted]);
    signal.removeEventListener("abort", onAbort);
  }
}
