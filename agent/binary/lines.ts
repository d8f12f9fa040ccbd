const NEWLINE = 10;

/** What a splitter finds: a line without its end, or null for one that is longer than allowed. */
export type OnLine = (line: Uint8Array | null) => void;

/**
 * Cuts bytes into lines. What is longer than allowed is not kept, however long it is. Lines that
 * came in one piece are views of it.
 */
export class LineSplitter {
  readonly #most: number;
  readonly #onLine: OnLine;
  /** A line's beginning, from pieces before. */
  #kept = new Uint8Array(0);
  #length = 0;
  #tooLong = false;

  /** @param mostBytes of a line, its end not counted */
  constructor(mostBytes: number, onLine: OnLine) {
    this.#most = mostBytes;
    this.#onLine = onLine;
  }

  /** Takes the next bytes. */
  push(bytes: Uint8Array): void {
    let at = 0;
    for (;;) {
      const end = bytes.indexOf(NEWLINE, at);
      if (end < 0) break;
      if (this.#length === 0 && !this.#tooLong) {
        this.#onLine(end - at > this.#most ? null : bytes.subarray(at, end));
      } else {
        this.#keep(bytes, at, end);
        this.#finish();
      }
      at = end + 1;
    }
    if (at < bytes.length) this.#keep(bytes, at, bytes.length);
  }

  /** Tells of a last line without an end, if there is one. */
  end(): void {
    if (this.#length > 0 || this.#tooLong) this.#finish();
  }

  #finish(): void {
    this.#onLine(this.#tooLong ? null : this.#kept.slice(0, this.#length));
    this.#length = 0;
    this.#tooLong = false;
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    const length = this.#length + end - start;
    if (this.#tooLong || length > this.#most) {
      this.#tooLong = true;
      this.#length = 0;
      return;
    }
    if (length > this.#kept.length) {
      const grown = new Uint8Array(
        Math.min(this.#most, Math.max(length, 1024, 2 * this.#kept.length)),
      );
      grown.set(this.#kept.subarray(0, this.#length));
      this.#kept = grown;
    }
    this.#kept.set(bytes.subarray(start, end), this.#length);
    this.#length = length;
  }
}
