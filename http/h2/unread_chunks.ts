const CHUNK_BYTES = 16 * 1024;

/** Bytes that wait, with room behind them. */
interface Chunk {
  readonly bytes: Uint8Array;
  length: number;
}

/**
 * Content that waits for its reader: in mode `stream`, at most a stream's window of it. What comes
 * in small pieces while nobody reads is put together, or each byte could cost a hundred.
 */
export class UnreadChunks {
  /** `performance.now()` since when a reader waits; Infinity while none does. */
  awaitedSince = Infinity;

  readonly #chunks: Chunk[] = [];
  #ended = false;
  #error: unknown;
  #waiting: PromiseWithResolvers<Uint8Array | null> | undefined;

  /** Takes a copy of `source[start, end)`. */
  push(source: Uint8Array, start: number, end: number): void {
    const count = end - start;
    if (this.#waiting !== undefined) {
      this.#waiting.resolve(source.slice(start, end));
      this.#waiting = undefined;
      this.awaitedSince = Infinity;
      return;
    }
    let last = this.#chunks.at(-1);
    if (last === undefined || last.length + count > last.bytes.length) {
      last = { bytes: new Uint8Array(Math.max(count, CHUNK_BYTES)), length: 0 };
      this.#chunks.push(last);
    }
    last.bytes.set(source.subarray(start, end), last.length);
    last.length += count;
  }

  /** No chunk follows; those that wait are still to be read. */
  end(): void {
    this.#ended = true;
    this.#serve();
  }

  /** What waits is dropped, and reading fails. */
  fail(error: unknown): void {
    if (this.#error !== undefined || (this.#ended && this.#chunks.length === 0)) return;
    this.#error = error;
    this.#chunks.length = 0;
    this.#serve();
  }

  /** The next chunk, or null at the end. One call at a time. */
  next(): Promise<Uint8Array | null> {
    this.#waiting ??= Promise.withResolvers();
    const { promise } = this.#waiting;
    this.#serve();
    if (this.#waiting !== undefined) this.awaitedSince = performance.now();
    return promise;
  }

  #serve(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    const chunk = this.#chunks.shift();
    if (this.#error !== undefined) waiting.reject(this.#error);
    else if (chunk !== undefined) waiting.resolve(chunk.bytes.subarray(0, chunk.length));
    else if (this.#ended) waiting.resolve(null);
    else return;
    this.#waiting = undefined;
    this.awaitedSince = Infinity;
  }
}
