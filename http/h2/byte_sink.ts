/**
 * Bytes on their way out, in a buffer that grows. Writers call `ensure`, put bytes at `end` and move
 * it; `bytes` is another buffer after `ensure`.
 */
export class ByteSink {
  /** The buffer; what is written stands in `[0, end)`. */
  bytes: Uint8Array;
  /** Behind the last byte written. */
  end = 0;

  /** @param capacity bytes to begin with */
  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Makes room for `count` bytes behind `end`. */
  ensure(count: number): void {
    const needed = this.end + count;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.end));
    this.bytes = grown;
  }

  /** Writes a copy of `source[start, end)`. */
  append(source: Uint8Array, start: number, end: number): void {
    this.ensure(end - start);
    const { bytes } = this;
    let at = this.end;
    // A view costs as much as thirty bytes.
    if (end - start < 32) { for (let i = start; i < end; i++) bytes[at++] = source[i]!; }
    else bytes.set(source.subarray(start, end), at);
    this.end += end - start;
  }
}
