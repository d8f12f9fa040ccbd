import { HttpError } from "../errors.ts";
import { FieldLines, malformed, MAX_HEAD_BYTES, tooLarge } from "./fields.ts";
import { CR, FIELD, LF } from "./syntax.ts";

/** Most bytes of chunk extensions in one body. */
export const MAX_EXTENSION_BYTES: number = 16 * 1024;

// Where in the body the next byte stands.
const SIZE = 0, EXTENSION = 1, QUOTED = 2, QUOTED_PAIR = 3, SIZE_LF = 4;
const DATA = 5, DATA_CR = 6, DATA_LF = 7, TRAILERS = 8, DONE = 9;

/**
 * Takes a chunked body apart (RFC 9112 §7.1), strictly, in as many pieces as it comes in.
 *
 * Call `next` until it gives -1 (more bytes needed) or `done` is true; each call yields at most one
 * run of content, `[dataStart, dataEnd)` of the buffer, which is valid until the buffer changes.
 */
export class ChunkedReader {
  /** Start of the content found by the last `next`. */
  dataStart = 0;
  /** End of that content; equal to `dataStart` when there was none. */
  dataEnd = 0;
  /** True behind the last byte of the trailer section. */
  done = false;
  /** Where the trailer section begins, valid once the last chunk was read; moves with `shift`. */
  trailersStart = -1;

  readonly #lines = new FieldLines();
  #state = SIZE;
  #size = 0;
  #digits = 0;
  #extension = 0;

  /** Makes ready for a new body. */
  reset(): void {
    this.#lines.reset();
    this.#state = SIZE;
    this.#size = this.#digits = this.#extension = 0;
    this.done = false;
    this.trailersStart = -1;
  }

  /** Tells that the buffer's content was moved down by `by` bytes. */
  shift(by: number): void {
    this.#lines.shift(by);
    if (this.trailersStart >= 0) this.trailersStart -= by;
  }

  /** True while trailers are read: what is in the buffer from `trailersStart` on must be kept. */
  get inTrailers(): boolean {
    return this.#state === TRAILERS;
  }

  /**
   * Reads on from `at` to at most `end`; returns the position reached.
   *
   * @throws {HttpError} `response_malformed`, `response_too_large`
   */
  next(bytes: Uint8Array, at: number, end: number): number {
    this.dataStart = this.dataEnd = 0;
    let i = at;
    while (i < end) {
      switch (this.#state) {
        case DATA: {
          const run = Math.min(this.#size, end - i);
          this.dataStart = i;
          this.dataEnd = i + run;
          this.#size -= run;
          if (this.#size === 0) this.#state = DATA_CR;
          return i + run;
        }
        case TRAILERS: {
          const line = this.#lines.line(bytes, i, end);
          if (end - this.trailersStart > MAX_HEAD_BYTES) throw tooLarge("trailers", MAX_HEAD_BYTES);
          if (line === -1) return i;
          if (line < 0) {
            this.#state = DONE;
            this.done = true;
            return -2 - line;
          }
          i = line;
          break;
        }
        case DONE:
          return i;
        default:
          this.#byte(bytes[i]!, i++);
      }
    }
    return i;
  }

  /** The states that take one byte at a time: the chunk's first line and its end. */
  #byte(byte: number, at: number): void {
    switch (this.#state) {
      case SIZE: {
        const digit = hexDigit(byte);
        if (digit >= 0) {
          if (++this.#digits > 16) throw malformed("chunk size of over 16 digits");
          this.#size = this.#size * 16 + digit;
          if (this.#size > Number.MAX_SAFE_INTEGER) throw malformed("chunk size over 2^53");
          return;
        }
        if (this.#digits === 0 || (byte !== CR && byte !== 0x3b)) throw badChunk("size", byte);
        this.#state = byte === CR ? SIZE_LF : EXTENSION;
        return;
      }
      case EXTENSION:
        if (byte === CR) {
          this.#state = SIZE_LF;
          return;
        }
        this.#count(byte);
        if (byte === 0x22) this.#state = QUOTED;
        return;
      case QUOTED:
        this.#count(byte);
        if (byte === 0x22) this.#state = EXTENSION;
        if (byte === 0x5c) this.#state = QUOTED_PAIR;
        return;
      case QUOTED_PAIR:
        this.#count(byte);
        this.#state = QUOTED;
        return;
      case SIZE_LF:
        if (byte !== LF) throw badChunk("line end", byte);
        this.#state = this.#size === 0 ? TRAILERS : DATA;
        if (this.#size === 0) this.trailersStart = at + 1;
        return;
      case DATA_CR:
        if (byte !== CR) throw badChunk("end", byte);
        this.#state = DATA_LF;
        return;
      default:
        if (byte !== LF) throw badChunk("end", byte);
        this.#state = SIZE;
        this.#digits = 0;
    }
  }

  /** Counts one byte of extensions; control characters end it (an open quote runs into its CR). */
  #count(byte: number): void {
    if (FIELD[byte] === 0) throw badChunk("extension", byte);
    if (++this.#extension > MAX_EXTENSION_BYTES) {
      throw new HttpError(
        "response_too_large",
        "body",
        `response too large: chunk extensions over ${MAX_EXTENSION_BYTES} bytes`,
      );
    }
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function badChunk(where: string, byte: number): HttpError {
  return malformed(`byte 0x${byte.toString(16).padStart(2, "0")} in a chunk's ${where}`);
}
