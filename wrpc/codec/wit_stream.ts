/** The next piece of a stream: bytes of `stream<u8>`, elements of the others; null at the end. */
export type NextChunk<T> = () => Promise<ArrayLike<T> & Iterable<T> | null>;

/**
 * A `stream<T>` that arrives: iterate over it for its elements, or for `Uint8Array`s where T is `u8`.
 *
 * It is read from the peer only as fast as it is read here. It can be read once. Whoever doesn't
 * want the rest calls `cancel`, as leaving a `for await` loop does.
 */
export class WitStream<T> implements AsyncIterable<T> {
  readonly #next: NextChunk<unknown>;
  readonly #cancel: () => void;
  readonly #whole: boolean;
  #reading: Promise<unknown> = Promise.resolve();

  /** Made by the decoder. @param whole chunks are what iteration gives: bytes */
  constructor(next: NextChunk<unknown>, cancel: () => void, whole: boolean) {
    this.#next = next;
    this.#cancel = cancel;
    this.#whole = whole;
  }

  /**
   * What arrived meanwhile, as soon as there is any: a `Uint8Array`, or an array of elements; null at
   * the end.
   *
   * @throws {WrpcError} what broke the invocation, `truncated`, or a code of the decoder
   */
  readChunk(): Promise<ArrayLike<unknown> & Iterable<unknown> | null> {
    // One after the other: a reader of its own would take bytes out of the middle of an element.
    const read = this.#reading.then(this.#next);
    this.#reading = read.catch(() => {});
    return read;
  }

  /** Chunk after chunk, see `readChunk`. */
  async *chunks(): AsyncGenerator<ArrayLike<unknown> & Iterable<unknown>> {
    let ended = false;
    try {
      for (;;) {
        const chunk = await this.readChunk();
        if (chunk === null) {
          ended = true;
          return;
        }
        yield chunk;
      }
    } finally {
      if (!ended) this.cancel();
    }
  }

  /** Element after element; of `stream<u8>`, `Uint8Array`s. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for await (const chunk of this.chunks()) {
      if (this.#whole) yield chunk as unknown as T;
      else yield* chunk as Iterable<T>;
    }
  }

  /** The same as a `ReadableStream`, for what takes one. */
  readable(): ReadableStream<T> {
    return ReadableStream.from(this);
  }

  /** No more of it is wanted. */
  cancel(): void {
    this.#cancel();
  }
}
