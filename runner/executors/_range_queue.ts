/** First in, first out, for whole numbers that mostly follow one another: a run of them is one entry. */
export class RangeQueue {
  readonly #ranges: { from: number; to: number }[] = [];
  #size = 0;

  /** How many numbers are in it. */
  get size(): number {
    return this.#size;
  }

  /** Puts a number at the end. */
  push(n: number): void {
    const last = this.#ranges.at(-1);
    if (last?.to === n - 1) last.to = n;
    else this.#ranges.push({ from: n, to: n });
    this.#size++;
  }

  /** Takes the first number; undefined when there is none. */
  shift(): number | undefined {
    const first = this.#ranges[0];
    if (first === undefined) return undefined;
    this.#size--;
    if (first.from === first.to) this.#ranges.shift();
    return first.from++;
  }
}
