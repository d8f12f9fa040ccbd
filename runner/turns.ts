import type { Clock } from "./clock.ts";

/** How long iterations may follow one another before timers and sockets get a turn. */
const BUDGET_MS = 30;

/**
 * Lets the event loop turn when the iterations of a shard have kept it from turning for too long. A
 * script whose iterations never wait for anything real would otherwise keep timers, sockets and the
 * end of the run from ever being served. Where iterations do wait, no turn is ever due. All loops
 * share one turn.
 */
export class Turns {
  readonly #clock: Clock;
  #last: number;
  #pending: Promise<void> | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#last = clock.now();
  }

  /** Whether at time `now` a turn is due. */
  due(now: number): boolean {
    return now - this.#last > BUDGET_MS;
  }

  /** The event loop turned: told by whatever has a timer running anyway. */
  noticed(now: number): void {
    this.#last = now;
  }

  /** Resolves after the event loop has turned. */
  take(): Promise<void> {
    return this.#pending ??= this.#clock.turn().then(() => {
      this.#pending = null;
      this.#last = this.#clock.now();
    });
  }
}
