/** Content that waits for its reader: in mode `stream`, at most a stream's window of it. */
export class UnreadChunks {
  readonly #chunks: Uint8Array[] = [];
  #ended = false;
  #error: unknown;
  #waiting: PromiseWithResolvers<Uint8Array | null> | undefined;

  /** A chunk has come. */
  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#serve();
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
    return promise;
  }

  #serve(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    const { resolve, reject } = waiting;
    if (this.#error !== undefined) reject(this.#error);
    else if (this.#chunks.length > 0) resolve(this.#chunks.shift()!);
    else if (this.#ended) resolve(null);
    else return;
    this.#waiting = undefined;
  }
}
