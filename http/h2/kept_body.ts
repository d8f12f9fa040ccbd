const FIRST_BYTES = 4 * 1024;

/**
 * A body that comes in more than one piece. Grown as bytes come: a length that is only claimed costs
 * nothing.
 */
export class KeptBody {
  #bytes = new Uint8Array(FIRST_BYTES);
  #length = 0;

  /** Appends a copy of `source[start, end)`. @param told the length that was claimed, or -1 */
  append(source: Uint8Array, start: number, end: number, told: number): void {
    const needed = this.#length + end - start;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(told >= needed && told < needed * 4 ? told : needed * 2);
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(source.subarray(start, end), this.#length);
    this.#length = needed;
  }

  /** All of it. */
  all(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}
