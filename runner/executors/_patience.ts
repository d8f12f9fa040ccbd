import type { Clock } from "../clock.ts";

/** Where this share of the time is CPU time of the generator's, it is the generator that is slow. */
const HARD_WORK = 0.8;
/** The shortest time whose share says something, and how long it holds, milliseconds. */
const JUDGED_MS = 5;
/** Arrivals later than this are dropped whosever fault it is. */
const MOST_LATE_MS = 1000;

/**
 * For how long an open model waits for a VU before it drops what is due, or makes another VU: not at
 * all where the target is slow, but the generator's own lateness is not the target's. After a stall
 * VUs get twice as long to come free as it has taken; and before anything is dropped, as long as the
 * generator works as hard as it can: what is answered then waits to be read.
 */
export class Patience {
  readonly #clock: Clock;
  #until = -Infinity;
  /** Since when it is behind, by the clock and by the CPU; null as long as it is on time. */
  #behind: { at: number; cpuMs: number } | null = null;
  #worksHard = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What was due was waited for: nothing is behind. */
  rested(): void {
    this.#behind = null;
    this.#worksHard = false;
  }

  /** It looks only now, at `now`, after so long in which it could not. */
  stalled(now: number, ms: number): void {
    this.#until = Math.max(this.#until, now + 2 * ms);
    this.#behind ??= { at: now, cpuMs: this.#clock.cpuMs() };
  }

  /** Whether to wait on for a VU with an arrival that was planned for so long ago, or else drop it. */
  lasts(now: number, lateMs: number, drops: boolean): boolean {
    return now < this.#until || drops && lateMs < MOST_LATE_MS && this.#isAtWork(now);
  }

  #isAtWork(now: number): boolean {
    const { at, cpuMs } = this.#behind!;
    if (now - at >= JUDGED_MS) {
      const cpu = this.#clock.cpuMs();
      this.#worksHard = cpu - cpuMs >= HARD_WORK * (now - at);
      this.#behind = { at: now, cpuMs: cpu };
    }
    return this.#worksHard;
  }
}
