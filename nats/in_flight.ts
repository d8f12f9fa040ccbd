import { Deadlines, type Expiring } from "../internal/mod.ts";

/** What awaits an answer. */
export interface Awaiting {
  /** Its number, from `InFlight.next`. */
  readonly number: number;
  /** When it has waited too long, by `performance.now()`. */
  deadline: number;
}

const deadlines = new Deadlines();

/**
 * What awaits an answer, by number, with one deadline watched for all: most are answered long before
 * theirs. Slots are used again, numbers are not (for 2^53 / `most` rounds): late answers find nothing.
 *
 * A `Map`, and the sets of a timer wheel, would do were it not for the garbage: what comes and goes by
 * the hundred thousand a second has them make new tables all the time, and tables that have become
 * old keep the later ones, and all in them, beyond every young collection.
 */
export class InFlight<T extends Awaiting> implements Expiring {
  /** The first of all deadlines, or an earlier one. */
  deadline = Infinity;
  /** The wheel's own. */
  checkAt = 0;
  /** The wheel's own. */
  slot = -1;
  readonly #slots: (T | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #most: number;
  readonly #rounds: number;
  readonly #expired: (item: T) => void;
  #round = 0;
  #size = 0;
  #ended = false;

  /**
   * @param most at a time: whoever adds sees to it that there are never more
   * @param expired is called with each that has waited too long; its deadline is Infinity by then
   */
  constructor(most: number, expired: (item: T) => void) {
    this.#most = most;
    this.#rounds = Math.floor(Number.MAX_SAFE_INTEGER / most) - 1;
    this.#expired = expired;
  }

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /** The number of the one to be added now. */
  next(): number {
    this.#round = this.#round < this.#rounds ? this.#round + 1 : 1;
    return this.#round * this.#most + (this.#free.at(-1) ?? this.#slots.length);
  }

  /** Adds one, whose number is `next`'s last. */
  add(item: T): void {
    if (this.#free.length > 0) this.#slots[this.#free.pop()!] = item;
    else this.#slots.push(item);
    this.#size++;
    this.expect(item, item.deadline);
  }

  /** Sets the deadline of one that is here. */
  expect(item: T, deadline: number): void {
    item.deadline = deadline;
    if (deadline >= this.deadline || this.#ended) return;
    if (this.slot < 0) {
      this.deadline = deadline;
      deadlines.watch(this);
    } else deadlines.set(this, deadline);
  }

  /** What has that number. */
  get(number: number): T | undefined {
    const item = this.#slots[number % this.#most];
    return item?.number === number ? item : undefined;
  }

  /** Takes one out that is here. */
  delete(item: T): void {
    const slot = item.number % this.#most;
    if (this.#slots[slot] !== item) return;
    this.#slots[slot] = undefined;
    this.#free.push(slot);
    this.#size--;
  }

  /** All, the first added first. */
  all(): T[] {
    const items = this.#slots.filter((item) => item !== undefined);
    return items.sort((a, b) => a.number - b.number);
  }

  /** Nothing will come any more: no deadline is watched from here on. */
  end(): void {
    this.#ended = true;
    deadlines.unwatch(this);
  }

  /** For the wheel. */
  expire(): void {
    const now = performance.now();
    for (const item of this.all()) {
      if (item.deadline > now) continue;
      item.deadline = Infinity;
      this.#expired(item);
    }
    let first = Infinity;
    for (const item of this.#slots) {
      if (item !== undefined && item.deadline < first) first = item.deadline;
    }
    if (first === Infinity) deadlines.unwatch(this);
    else deadlines.set(this, first);
  }
}
