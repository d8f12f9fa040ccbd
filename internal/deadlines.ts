/** Something that must not take longer than until `deadline`. */
export interface Expiring {
  /** `performance.now()` at which it has taken too long; Infinity while nothing is awaited. */
  deadline: number;
  /** When `deadline` is looked at next; the wheel's own. */
  checkAt: number;
  /** Slot of the wheel, or -1 while not watched; the wheel's own. */
  slot: number;
  /** Called once when the deadline has passed; `deadline` is Infinity by then. */
  expire(): void;
}

const TICK_MS = 10;
const SLOTS = 512;

/**
 * Deadlines by the hundred thousand a second. Setting one is a property write: an entry stands in
 * one slot of a timer wheel, and when its slot comes up it is moved on to where its deadline is by
 * then. One interval serves all; it doesn't keep the process alive (what is waited for does), and
 * there is none while nothing is watched. Late by up to two ticks of 10 ms, never early.
 */
export class Deadlines {
  readonly #slots: Set<Expiring>[] = Array.from({ length: SLOTS }, () => new Set());
  #watched = 0;
  #timer = 0;
  #tick = 0;

  /** Begins to watch `entry`, whatever its deadline is now. */
  watch(entry: Expiring): void {
    if (this.#watched++ === 0) {
      this.#tick = Math.floor(performance.now() / TICK_MS);
      // In Deno timers are numbers; the types also know Node's.
      this.#timer = setInterval(
        () => this.#advance(performance.now()),
        TICK_MS,
      ) as unknown as number;
      Deno.unrefTimer(this.#timer);
    }
    this.#place(entry);
  }

  /** Ends watching. */
  unwatch(entry: Expiring): void {
    if (entry.slot < 0) return;
    this.#slots[entry.slot]!.delete(entry);
    entry.slot = -1;
    if (--this.#watched === 0) clearInterval(this.#timer);
  }

  /** Sets the deadline of a watched entry. */
  set(entry: Expiring, deadline: number): void {
    entry.deadline = deadline;
    if (deadline < entry.checkAt) {
      this.#slots[entry.slot]?.delete(entry);
      this.#place(entry);
    }
  }

  #place(entry: Expiring): void {
    const last = this.#tick + SLOTS - 1;
    const due = entry.deadline > last * TICK_MS ? last : Math.ceil(entry.deadline / TICK_MS);
    const tick = Math.max(due, this.#tick + 1);
    entry.checkAt = tick * TICK_MS;
    entry.slot = tick % SLOTS;
    this.#slots[entry.slot]!.add(entry);
  }

  #advance(now: number): void {
    const target = Math.floor(now / TICK_MS);
    // After a stall longer than the wheel one turn visits every slot.
    for (let tick = Math.max(this.#tick + 1, target - SLOTS + 1); tick <= target; tick++) {
      this.#tick = tick;
      const slot = this.#slots[tick % SLOTS]!;
      if (slot.size === 0) continue;
      const entries = [...slot];
      slot.clear();
      for (const entry of entries) {
        const expired = entry.deadline <= now;
        if (expired) entry.deadline = Infinity;
        this.#place(entry);
        if (expired) entry.expire();
      }
    }
  }
}
