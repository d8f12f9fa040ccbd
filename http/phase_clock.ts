import { Deadlines, type Expiring } from "../internal/mod.ts";
import type { Lane } from "./lane.ts";
import { PhaseTimeout } from "./timed_out.ts";
import type { PhaseLimits, TimeoutName } from "./timeouts.ts";

const clocks = new Deadlines();

/**
 * Ends what `lane` does when a phase of it, or the whole call, takes too long.
 *
 * @param also called with the stopping
 * @returns what stops the watching
 */
export function watchPhases(lane: Lane, limits: PhaseLimits, also?: () => void): () => void {
  const clock = new PhaseClock(lane, limits);
  return () => {
    clocks.unwatch(clock);
    also?.();
  };
}

/**
 * Looks at a lane as often as the shortest of its limits: a phase that began behind its back can't
 * be over before. That way a lane has to tell nothing.
 */
class PhaseClock implements Expiring {
  deadline = Infinity;
  checkAt = Infinity;
  slot = -1;
  readonly #lane: Lane;
  readonly #limits: PhaseLimits;
  readonly #begin = performance.now();
  readonly #shortest: number;

  constructor(lane: Lane, limits: PhaseLimits) {
    this.#lane = lane;
    this.#limits = limits;
    this.#shortest = Math.min(limits.sending, limits.waiting, limits.receiving);
    clocks.watch(this);
    clocks.set(this, Math.min(limits.until, this.#begin + this.#shortest));
  }

  expire(): void {
    const { until, total } = this.#limits;
    const now = performance.now();
    const [limit, due] = dueOf(this.#lane, this.#limits, this.#begin);
    if (now >= until) this.#fail("total", total);
    else if (now >= due) this.#fail(limit, this.#limits[limit]);
    else clocks.set(this, Math.min(due, until, now + this.#shortest));
  }

  #fail(limit: TimeoutName, ms: number): void {
    clocks.unwatch(this);
    this.#lane.fail(new PhaseTimeout(limit, ms, this.#lane.phase));
  }
}

/** What of a lane tells the phase it is in. */
type Phases = Pick<Lane, "answered" | "phase" | "sentAt" | "awaitedSince">;

/** The limit of the phase that a lane is in, and when that is over. @param begin of the exchange */
export function dueOf(
  { answered, phase, sentAt, awaitedSince }: Phases,
  { sending, waiting, receiving }: Pick<PhaseLimits, "sending" | "waiting" | "receiving">,
  begin: number,
): [limit: "sending" | "waiting" | "receiving", at: number] {
  if (answered) return ["receiving", awaitedSince + receiving];
  return phase === "send" ? ["sending", begin + sending] : ["waiting", sentAt + waiting];
}
