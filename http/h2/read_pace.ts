/** Fewer streams than these are read of at once. */
const FEW_STREAMS = 8;
/** Reads over which the size of an answer is averaged, about. */
const AVERAGED = 8;

/**
 * How much of what has come is read at once: about half of the answers that are waited for. Whoever
 * gets them sends the next requests before the rest is read: client and peer work at the same time,
 * and don't take turns at being idle.
 */
export class ReadPace {
  #most = Infinity;
  #peak = 0;
  #bytes = 0;
  #ended = 0;
  #answerBytes = 0;

  /** So many bytes are to be read at once, at most. */
  get most(): number {
    return this.#most;
  }

  /** A stream was opened: so many are now. */
  opened(count: number): void {
    if (count > this.#peak) this.#peak = count;
  }

  /** A stream has ended. */
  ended(): void {
    this.#ended++;
  }

  /** A read was worked on: it brought so many bytes, and so many streams are open still. */
  read(bytes: number, open: number): void {
    this.#bytes += bytes;
    if (this.#ended === 0) return;
    const each = this.#bytes / this.#ended;
    this.#answerBytes += (each - this.#answerBytes) / (this.#answerBytes === 0 ? 1 : AVERAGED);
    this.#bytes = this.#ended = 0;
    this.#most = this.#peak < FEW_STREAMS
      ? Infinity
      : Math.max(1, Math.ceil(this.#answerBytes * this.#peak / 2));
    // Those who got an answer have not sent again yet: it falls slowly.
    this.#peak = Math.max(open, this.#peak - 1);
  }
}
