const SMALL_BYTES = 1024;
const MEDIUM_BYTES = 4 * 1024;
const LARGE_BYTES = 64 * 1024;
const MAX_SPARES = 16;
const EMPTY = new Uint8Array(0);

const spares: Uint8Array[] = [];

/**
 * The bytes that a connection has received and not yet used: `[at, end)` of `bytes`. Between
 * responses it is as small as the last response allowed, so that thousands of idle connections are
 * cheap; large ones are shared.
 */
export class ReceiveBuffer {
  /** The buffer; what is outside `[at, end)` means nothing. */
  bytes: Uint8Array = new Uint8Array(SMALL_BYTES);
  /** Start of what is not used yet. */
  at = 0;
  /** End of what is here. */
  end = 0;

  /** Where the next bytes are read to, at most so many. */
  room(most: number = Infinity): Uint8Array {
    const { bytes, end } = this;
    if (end === 0 && most >= bytes.length) return bytes;
    return bytes.subarray(end, Math.min(bytes.length, end + most));
  }

  /** Makes room when there is none. */
  ensureRoom(): void {
    if (this.end === this.bytes.length) this.#grow();
  }

  /** Makes the room that a long body wants. */
  widen(): void {
    if (this.bytes.length < LARGE_BYTES) this.#grow();
  }

  /** Moves `[from, end)` to the start; returns by how much. */
  dropBefore(from: number): number {
    if (from > 0) {
      this.bytes.copyWithin(0, from, this.end);
      this.at -= from;
      this.end -= from;
    }
    return from;
  }

  /** Empties it; what was large goes on to whoever needs it next. */
  reset(): void {
    this.at = this.end = 0;
    const size = this.bytes.length;
    if (size <= MEDIUM_BYTES) return;
    if (size === LARGE_BYTES && spares.length < MAX_SPARES) spares.push(this.bytes);
    // This response was larger than a small buffer: the next one may be too.
    this.bytes = new Uint8Array(MEDIUM_BYTES);
  }

  /** Lets go of the buffer for good. It isn't shared: a pending read may still write to it. */
  release(): void {
    this.at = this.end = 0;
    this.bytes = EMPTY;
  }

  #grow(): void {
    const size = Math.max(LARGE_BYTES, this.bytes.length * 2);
    const spare = size === LARGE_BYTES ? spares.pop() : undefined;
    const grown = spare ?? new Uint8Array(size);
    grown.set(this.bytes.subarray(0, this.end));
    this.bytes = grown;
  }
}
