import type { Output } from "./output.ts";

const encoder = new TextEncoder();
const SPACE = 32, CR = 13, LF = 10, ZERO = 48;
/** Most that a frame has besides its parts: two sizes, their blanks, and two line ends. */
const FRAMING = 32;
const SHORT = 24;

/** `PUB subject ` and `HPUB subject `: how the frames of one subject begin. */
export interface FrameHeads {
  /** Without headers. */
  readonly pub: Uint8Array;
  /** With headers. */
  readonly hpub: Uint8Array;
}

/** The beginnings for a subject, which was checked before. */
export function frameHeads(subject: string): FrameHeads {
  return { pub: encoder.encode(`PUB ${subject} `), hpub: encoder.encode(`HPUB ${subject} `) };
}

/**
 * Appends a message whole.
 *
 * @param reply where replies go, or empty
 * @param headers as `encodeHeaders` makes them, or empty
 */
export function writeFrame(
  output: Output,
  heads: FrameHeads,
  reply: Uint8Array,
  headers: Uint8Array,
  payload: Uint8Array,
): void {
  const head = headers.length === 0 ? heads.pub : heads.hpub;
  const length = headers.length + payload.length;
  output.room(head.length + reply.length + length + FRAMING);
  const { buffer } = output;
  let at = put(buffer, output.used, head);
  if (reply.length > 0) {
    at = put(buffer, at, reply);
    buffer[at++] = SPACE;
  }
  if (headers.length > 0) {
    at = putNumber(buffer, at, headers.length);
    buffer[at++] = SPACE;
  }
  at = putLineEnd(buffer, putNumber(buffer, at, length));
  if (headers.length > 0) at = put(buffer, at, headers);
  output.used = putLineEnd(buffer, put(buffer, at, payload));
}

/**
 * Appends a message of text without headers and reply, encoded in place.
 *
 * @returns its bytes, or -1 when they are more than `max` and nothing was appended
 */
export function writeTextFrame(
  output: Output,
  heads: FrameHeads,
  text: string,
  max: number,
): number {
  const head = heads.pub;
  output.room(head.length + text.length * 3 + FRAMING);
  const { buffer } = output;
  const afterHead = put(buffer, output.used, head);
  // Most texts are ASCII: their size is known before they are encoded.
  const start = putLineEnd(buffer, putNumber(buffer, afterHead, text.length));
  let length = text.length <= SHORT ? putAscii(buffer, start, text) : -1;
  if (length < 0) length = encoder.encodeInto(text, buffer.subarray(start)).written;
  if (length > max) return -1;
  let end = start + length;
  if (length !== text.length) {
    const moved = afterHead + digits(length) + 2;
    buffer.copyWithin(moved, start, end);
    putLineEnd(buffer, putNumber(buffer, afterHead, length));
    end = moved + length;
  }
  output.used = putLineEnd(buffer, end);
  return length;
}

function put(buffer: Uint8Array, at: number, bytes: Uint8Array): number {
  const { length } = bytes;
  // For a few bytes the call of `set` costs more than they do.
  if (length > SHORT) buffer.set(bytes, at);
  else for (let i = 0; i < length; i++) buffer[at + i] = bytes[i]!;
  return at + length;
}

function putAscii(buffer: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return -1;
    buffer[at + i] = code;
  }
  return text.length;
}

function putLineEnd(buffer: Uint8Array, at: number): number {
  buffer[at] = CR;
  buffer[at + 1] = LF;
  return at + 2;
}

/** Writes a number in decimal; returns where it ends. */
export function putNumber(buffer: Uint8Array, at: number, value: number): number {
  const end = at + digits(value);
  for (let i = end - 1; i >= at; i--) {
    buffer[i] = ZERO + value % 10;
    value = Math.floor(value / 10);
  }
  return end;
}

function digits(value: number): number {
  let count = 1;
  for (let limit = 10; value >= limit; limit *= 10) count++;
  return count;
}

/** Subjects that end in a number, one at a time: the bytes of the last are written over. */
export class NumberedSubject {
  /** What all begin with. */
  readonly prefix: Uint8Array;
  #bytes: Uint8Array;

  /** @param prefix what all begin with */
  constructor(prefix: string) {
    this.prefix = this.#bytes = encoder.encode(prefix);
  }

  /** The subject of a number; good until the next call. */
  of(number: number): Uint8Array {
    const start = this.prefix.length;
    const length = start + digits(number);
    if (this.#bytes.length !== length) {
      this.#bytes = new Uint8Array(length);
      this.#bytes.set(this.prefix);
    }
    putNumber(this.#bytes, start, number);
    return this.#bytes;
  }

  /** The number that a subject in `buffer[start, end)` ends in, which is known to be one of these. */
  numberIn(buffer: Uint8Array, start: number, end: number): number {
    let number = 0;
    for (let i = start + this.prefix.length; i < end; i++) {
      number = number * 10 + (buffer[i]! - ZERO);
    }
    return number;
  }
}
