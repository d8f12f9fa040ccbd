import type { PreparedPacket } from "./payload.ts";

/** Some copies of one packet, as part of what a session sends. */
export interface Step {
  readonly packet: PreparedPacket;
  readonly copies: number;
  /** Tag `action` of what is sent for it. */
  readonly action: string;
}

/**
 * Where a session is in what it sends: a list of steps, which `repeat` begins again, of which as
 * many copies are due as were released, or all of them in a flood.
 */
export class Schedule {
  /** Shared by sessions that send the same. */
  #steps: readonly Step[];
  readonly #repeat: boolean;
  #at = 0;
  #copy = 0;
  #released = 0;
  #flooding = false;
  #draining = false;

  constructor(steps: readonly Step[], repeat: boolean) {
    this.#steps = steps;
    this.#repeat = repeat;
  }

  /** Whether everything is sent as fast as it goes. */
  get flooding(): boolean {
    return this.#flooding;
  }

  /** Appends a step to this session's own list. */
  give(step: Step): void {
    // Without `repeat` nothing comes back to the steps behind.
    this.#steps = this.#repeat ? [...this.#steps, step] : [...this.#steps.slice(this.#at), step];
    if (!this.#repeat) this.#at = 0;
  }

  /** Steps that are kept. */
  get length(): number {
    return this.#steps.length;
  }

  /** So many more copies are due. */
  release(copies: number): void {
    this.#released += copies;
  }

  /** All are due, whatever was released; once draining begins it is too late for that. */
  flood(): void {
    if (!this.#draining) this.#flooding = true;
  }

  /** What is due is still sent, but `repeat` no longer begins again. */
  drain(): void {
    this.#draining = true;
  }

  /** After a drain, which has ended a flood: what is asked for from now on is due again. */
  resume(): void {
    if (this.#draining) this.#draining = this.#flooding = false;
  }

  /** The step at hand. Only while `due` says that there is one. */
  get step(): Step {
    return this.#steps[this.#at]!;
  }

  /** How many copies of the step at hand are due; begins the next one, and the list again. */
  due(): number {
    if (!this.#flooding && this.#released === 0) return 0;
    if (this.#at === this.#steps.length) {
      if (!this.#repeat || this.#draining || this.#at === 0) return 0;
      this.#at = 0;
    }
    const left = this.step.copies - this.#copy;
    return this.#flooding ? left : Math.min(left, this.#released);
  }

  /** Whether anything is due. */
  get isDue(): boolean {
    if (!this.#flooding && this.#released === 0) return false;
    if (this.#at < this.#steps.length) return true;
    return this.#repeat && !this.#draining && this.#at > 0;
  }

  /** Counts copies of the step at hand as sent. */
  sent(copies: number): void {
    if (!this.#flooding) this.#released -= copies;
    this.#copy += copies;
    if (this.#copy < this.step.copies) return;
    this.#copy = 0;
    this.#at++;
  }
}
