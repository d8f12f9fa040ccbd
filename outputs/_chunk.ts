/** Room of a new chunk. */
const FIRST_BYTES = 64 * 1024;

/** Buffers that wait to be used again. */
const MOST_SPARE = 4;

const encoder = new TextEncoder();

/** A growing stretch of bytes, written to by hand: the fast half of every text output. */
export class Chunk {
  /** What was written, and room behind it. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_BYTES);
  /** Bytes written. */
  length = 0;
  readonly #spare: Uint8Array<ArrayBuffer>[] = [];

  /** Makes room for `more` bytes. */
  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  /** Appends bytes. */
  add(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Appends text as UTF-8. */
  text(text: string): void {
    this.add(encoder.encode(text));
  }

  /**
   * Gives back what was taken and is not needed any more: new megabytes all the time cost more than
   * writing into them.
   */
  recycle(taken: Uint8Array): void {
    if (this.#spare.length >= MOST_SPARE || !(taken.buffer instanceof ArrayBuffer)) return;
    this.#spare.push(new Uint8Array(taken.buffer));
  }

  /** Hands over what was written; the next bytes go elsewhere. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.bytes.subarray(0, this.length);
    // The next one is likely as long.
    this.bytes = this.#spare.pop() ??
      new Uint8Array(Math.max(FIRST_BYTES, this.length + (this.length >> 3)));
    this.length = 0;
    return taken;
  }
}
