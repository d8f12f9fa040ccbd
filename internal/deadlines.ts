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

/** Of deadlines that come one after the other, those of one tick wake the process once. */
const TICK_MS = 10;
const SLOTS = 512;

/**
 * Deadlines by the hundred thousand a second. Setting one is a property write: an entry stands in
 * one slot of a timer wheel, and when its slot comes up it is moved on to where its deadline is by
 * then. One timer serves all, and sleeps until the next slot in which something stands; it doesn't
 * keep the process alive (what is waited for does), and there is none while nothing is watched. Late
 * by up to two ticks of 10 ms, never early.
 */
export class Deadlines {
  readonly #slots: Set<Expiring>[] = Array.from({ length: SLOTS }, () => new Set());
  #watched = 0;
  #timer = 0;
  /** The tick that the timer waits for: Infinity without one, -Infinity while the wheel turns. */
  #armed = Infinity;
  #tick = 0;

  /** Begins to watch `entry`, whatever its deadline is now. */
  watch(entry: Expiring): void {
    if (this.#watched++ === 0 && this.#armed === Infinity) {
      this.#tick = Math.floor(performance.now() / TICK_MS);
    }
    this.#place(entry);
  }

  /** Ends watching. */
  unwatch(entry: Expiring): void {
    if (entry.slot < 0) return;
    this.#slots[entry.slot]!.delete(entry);
    entry.slot = -1;
    if (--this.#watched > 0 || this.#armed === -Infinity) return;
    clearTimeout(this.#timer);
    this.#armed = Infinity;
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
    if (tick < this.#armed) this.#arm(tick);
  }

  #arm(tick: number): void {
    if (this.#armed < Infinity) clearTimeout(this.#timer);
    this.#armed = tick;
    const waitMs = Math.max(0, Math.ceil(tick * TICK_MS - performance.now()));
    // In Deno timers are numbers; the types also know Node's.
    this.#timer = setTimeout(this.#turn, waitMs) as unknown as number;
    Deno.unrefTimer(this.#timer);
  }

  readonly #turn = (): void => {
    this.#armed = -Infinity;
    try {
      this.#advance(performance.now());
    } finally {
      this.#armed = Infinity;
      if (this.#watched > 0) this.#arm(this.#nextTaken());
    }
  };

  /** The next tick in whose slot something stands. */
  #nextTaken(): number {
    let tick = this.#tick + 1;
    while (this.#slots[tick % SLOTS]!.size === 0 && tick < this.#tick + SLOTS) tick++;
    return tick;
  }

  #advance(now: number): void {
    const target = Math.floor(now / TICK_MS);
    // After a stall longer than the wheel one turn visits every slot.
    for (let tick = Math.max(this.#tick + 1, target - SLOTS + 1); tick <= target; tick++) {
      this.#tick = tick;
      const index = tick % SLOTS;
      const slot = this.#slots[index]!;
      if (slot.size === 0) continue;
      const entries = [...slot];
      slot.clear();
      for (const entry of entries) {
        if (entry.slot !== index) continue; // One before it has ended its watching, or moved it.
        const expired = entry.deadline <= now;
        if (expired) entry.deadline = Infinity;
        this.#place(entry);
        if (expired) entry.expire();
      }
    }
  }
}
