import type { Clock } from "../net/mod.ts";
import type { PoolLimits } from "./pool_limits.ts";

/** What a timer can hold. */
const LONGEST_MS = 2 ** 31 - 1;

/** The real time; its timers don't keep a process alive. */
const SYSTEM_CLOCK: Pick<Clock, "now" | "after"> = {
  now: () => performance.now(),
  after(ms, call) {
    // In Deno timers are numbers; the types also know Node's.
    const timer = setTimeout(call, ms) as unknown as number;
    Deno.unrefTimer(timer);
    return () => clearTimeout(timer);
  },
};

/** Something that gets old: a connection, of either version. */
interface Aging {
  close(): void;
}

/** When it was made, and since when nobody has used it: Infinity while somebody does. */
interface Age {
  readonly madeAt: number;
  idleSince: number;
}

/**
 * How old the connections of a pool are. Idle ones are closed when their time is over, by one timer
 * for all of them, which is there while one of them is idle and has an end.
 */
export class Lifetimes {
  readonly #limits: PoolLimits;
  readonly #idle: () => Iterable<Aging>;
  readonly #clock: Pick<Clock, "now" | "after">;
  readonly #ages = new WeakMap<Aging, Age>();
  #firesAt = Infinity;
  #cancel: (() => void) | undefined;

  /** @param idle those that nobody uses now */
  constructor(
    limits: PoolLimits,
    idle: () => Iterable<Aging>,
    clock: Pick<Clock, "now" | "after"> = SYSTEM_CLOCK,
  ) {
    this.#limits = limits;
    this.#idle = idle;
    this.#clock = clock;
  }

  /** It was made, and is in use. */
  made(one: Aging): void {
    this.#ages.set(one, { madeAt: this.#clock.now(), idleSince: Infinity });
  }

  /** It is used from now on; false when its time is over and it must not be. */
  use(one: Aging): boolean {
    if (this.#dueOf(one) <= this.#clock.now()) return false;
    this.#ages.get(one)!.idleSince = Infinity;
    return true;
  }

  /** Whether it was used for long enough. */
  isOld(one: Aging): boolean {
    return this.#ages.get(one)!.madeAt + this.#limits.maxAgeMs <= this.#clock.now();
  }

  /** Nobody uses it from now on, or already. */
  rest(one: Aging): void {
    const age = this.#ages.get(one)!;
    if (age.idleSince !== Infinity) return;
    age.idleSince = this.#clock.now();
    this.#wakeAt(this.#dueOf(one));
  }

  /** Nobody uses those that are idle: the old ones are closed. */
  restAll(): void {
    for (const one of [...this.#idle()]) {
      if (this.isOld(one)) one.close();
      else this.rest(one);
    }
  }

  /** Closes nothing any more. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#firesAt = Infinity;
  }

  #dueOf(one: Aging): number {
    const { madeAt, idleSince } = this.#ages.get(one)!;
    const { maxAgeMs, maxIdleMs } = this.#limits;
    return Math.min(madeAt + maxAgeMs, idleSince + maxIdleMs);
  }

  #wakeAt(moment: number): void {
    if (moment >= this.#firesAt) return;
    this.stop();
    this.#firesAt = moment;
    const ms = Math.min(Math.ceil(moment - this.#clock.now()), LONGEST_MS);
    this.#cancel = this.#clock.after(Math.max(0, ms), () => this.#sweep());
  }

  #sweep(): void {
    this.stop();
    let next = Infinity;
    for (const one of [...this.#idle()]) {
      const due = this.#dueOf(one);
      if (due <= this.#clock.now()) one.close();
      else next = Math.min(next, due);
    }
    this.#wakeAt(next);
  }
}
