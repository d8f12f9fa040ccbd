import { HttpError } from "../errors.ts";
import { COLON, CR, FIELD, HT, latin1, LF, SP, TOKEN } from "./syntax.ts";

/** Most bytes of one line: status line or field line. */
export const MAX_LINE_BYTES: number = 64 * 1024;
/** Most bytes of a whole head, or of a trailer section. */
export const MAX_HEAD_BYTES: number = 256 * 1024;
/** Most fields of a head or a trailer section. */
export const MAX_FIELDS = 2000;

/**
 * What is done with a response that bends RFC 9112: `standard` refuses what two readers could
 * understand differently; `all` refuses folded fields too, which §5.2 lets a client read; `lenient`
 * also takes lines that end in a bare line feed, and lets a transfer coding win over a length.
 */
export type Strictness = "all" | "standard" | "lenient";

/** A response that breaks RFC 9112. */
export function malformed(what: string): HttpError {
  return new HttpError("response_malformed", "headers", `malformed response: ${what}`);
}

/** A response that is larger than we are willing to hold. */
export function tooLarge(what: string, cap: number): HttpError {
  return new HttpError(
    "response_too_large",
    "headers",
    `response too large: ${what} over ${cap} bytes`,
  );
}

/**
 * Reads field lines, strictly (RFC 9112 §5): CRLF ends, tokens as names, no space before the
 * colon, no control characters. A folded value (§5.2) is unfolded in place: its line break becomes
 * spaces in the buffer. Used for heads and for trailers.
 *
 * After `line` returns a position, `nameStart nameEnd valueStart valueEnd` are the field's bounds.
 */
export class FieldLines {
  nameStart = 0;
  nameEnd = 0;
  valueStart = 0;
  valueEnd = 0;
  readonly #strictness: Strictness;
  #count = 0;
  /** Offset from where the search for the current line's end goes on when more bytes come. */
  #searched = 0;

  constructor(strictness: Strictness = "standard") {
    this.#strictness = strictness;
  }

  /** Forgets the section read so far. */
  reset(): void {
    this.#count = 0;
    this.#searched = 0;
  }

  /** Moves remembered offsets after the buffer's content was moved down by `by` bytes. */
  shift(by: number): void {
    this.#searched = Math.max(0, this.#searched - by);
  }

  /**
   * Reads the line at `at`. Returns the position behind it; `-1` when more bytes are needed;
   * `-2 - position` when it is the empty line that ends the section.
   */
  line(bytes: Uint8Array, at: number, end: number): number {
    // A line that was cut is read again only when its end has come: linear in its length.
    if (this.#searched > at && !endsBetween(bytes, this.#searched, end)) return this.#more(at, end);
    let i = at;
    if (i < end && bytes[i] === CR) {
      if (i + 1 >= end) return this.#more(at, end);
      if (bytes[i + 1] !== LF) throw malformed("carriage return without line feed");
      return -2 - (i + 2);
    }
    if (i < end && bytes[i] === LF && this.#strictness === "lenient") return -2 - (i + 1);
    while (i < end && TOKEN[bytes[i]!] === 1) i++;
    if (i >= end) return this.#more(at, end);
    if (i === at || bytes[i] !== COLON) throw badName(bytes, at, i, end);
    this.nameStart = at;
    this.nameEnd = i++;
    while (i < end && isBlank(bytes[i]!)) i++;
    this.valueStart = i;
    let next = 0;
    for (;;) {
      while (i < end && FIELD[bytes[i]!] === 1) i++;
      if (i >= end) return this.#more(at, end);
      if (bytes[i] === CR) {
        if (i + 1 >= end) return this.#more(at, end);
        if (bytes[i + 1] !== LF) throw malformed("carriage return without line feed");
        next = i + 2;
      } else if (bytes[i] === LF && this.#strictness === "lenient") {
        next = i + 1;
      } else {
        const field = latin1(bytes, this.nameStart, this.nameEnd);
        throw malformed(`${byteName(bytes[i]!)} in the value of ${field}`);
      }
      // The byte behind the line tells whether it is folded.
      if (next >= end) return this.#more(at, end);
      if (!isBlank(bytes[next]!)) break;
      if (this.#strictness === "all") throw malformed("a folded field");
      while (i < next) bytes[i++] = SP;
    }
    if (i - at > MAX_LINE_BYTES) throw tooLarge("a line", MAX_LINE_BYTES);
    if (++this.#count > MAX_FIELDS) {
      throw new HttpError(
        "response_too_large",
        "headers",
        `response too large: over ${MAX_FIELDS} fields`,
      );
    }
    this.#searched = 0;
    let start = this.valueStart;
    let valueEnd = i;
    while (valueEnd > start && isBlank(bytes[valueEnd - 1]!)) valueEnd--;
    while (start < valueEnd && isBlank(bytes[start]!)) start++;
    this.valueStart = start;
    this.valueEnd = valueEnd;
    return next;
  }

  /** The line goes on behind what is here: it is read again, from its start, when more has come. */
  #more(at: number, end: number): number {
    if (end - at > MAX_LINE_BYTES) throw tooLarge("a line", MAX_LINE_BYTES);
    this.#searched = end;
    return -1;
  }
}

/** True when a line may end within `[from, end)`: a line feed there, or right before. */
function endsBetween(bytes: Uint8Array, from: number, end: number): boolean {
  for (let i = from - 1; i < end; i++) if (bytes[i] === LF) return true;
  return false;
}

function badName(bytes: Uint8Array, at: number, i: number, end: number): HttpError {
  const byte = bytes[i]!;
  if (byte === LF) return malformed("bare line feed");
  const line = excerpt(bytes, at, end);
  if (isBlank(byte)) {
    return malformed(i === at ? `space before a field: ${line}` : `space in a field name: ${line}`);
  }
  if (byte === COLON) return malformed(`field without a name: ${line}`);
  if (byte === CR) return malformed(`field without a colon: ${line}`);
  return malformed(`${byteName(byte)} in a field name: ${line}`);
}

function isBlank(byte: number): boolean {
  return byte === SP || byte === HT;
}

function byteName(byte: number): string {
  if (byte === LF) return "bare line feed";
  if (byte === 0) return "NUL";
  if (byte > 0x20 && byte < 0x7f) return `character ${JSON.stringify(String.fromCharCode(byte))}`;
  return `byte 0x${byte.toString(16).padStart(2, "0")}`;
}

/** The start of a line for an error message: quoted, escaped, at most 40 bytes. */
export function excerpt(bytes: Uint8Array, start: number, end: number): string {
  const lineFeed = bytes.subarray(start, end).indexOf(LF);
  const stop = Math.min(lineFeed < 0 ? end : start + lineFeed, start + 40);
  return JSON.stringify(latin1(bytes, start, stop).replace(/\r$/, ""));
}
