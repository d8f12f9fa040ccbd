/** Chooses which packets are timed: the first, and every n-th after it. */
export class Sampler {
  readonly #rate: number;
  #left = 0;

  /** @param rate 1 for all */
  constructor(rate: number) {
    this.#rate = rate;
  }

  /** Whether one of the next `packets` is timed; counts them as gone by. */
  take(packets: number): boolean {
    const left = this.#left - packets;
    if (left >= 0) {
      this.#left = left;
      return false;
    }
    this.#left = left + this.#rate * Math.ceil(-left / this.#rate);
    return true;
  }

  /** Whether the very next packet is timed. */
  get next(): boolean {
    return this.#left === 0;
  }
}
