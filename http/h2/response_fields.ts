import { latin1 } from "../h1/syntax.ts";
import type { FieldSink } from "./hpack/field_sink.ts";
import { MAX_FIELDS, MAX_FIELDS_BYTES } from "./limits.ts";

const FIRST_BYTES = 2048;
const CR = 13;
const LF = 10;
const ZERO = 48;

const STATUS_LINE = Uint8Array.from("HTTP/2.0 000 \r\n", (char) => char.charCodeAt(0));
const STATUS_AT = "HTTP/2.0 ".length;

/** What a field block is read as; nobody wants that of a stream that is gone. */
export type Section = "head" | "trailers" | "nothing";

/**
 * Gathers the fields of a response as HTTP/1.1 has them, from the lines that the decoder gives. One
 * serves all streams of a connection. What is wrong is noted, not thrown: a block is read to its
 * end, or those behind it could not be read.
 */
export class ResponseFields implements FieldSink {
  /** The section, in `[0, length)`. */
  bytes: Uint8Array = new Uint8Array(FIRST_BYTES);
  /** How much of it is here. */
  length = 0;
  /** Of a head: its status, 0 before it came. */
  code = 0;
  /** Of a head: the content's length, -1 without one. */
  told = -1;
  /** What is wrong with the section by RFC 9113 §8; empty while nothing is. */
  fault = "";
  /** True when it is larger than we keep. */
  tooLarge = false;

  #section: Section = "nothing";
  #count = 0;

  /** Begins a section. */
  begin(section: Section): void {
    this.#section = section;
    this.length = this.code = this.#count = 0;
    this.told = -1;
    this.fault = "";
    this.tooLarge = false;
  }

  /** Ends the section: checks what only its end shows, and adds the empty line. */
  end(): void {
    if (this.#section === "nothing") return;
    if (this.#section === "head" && this.code === 0) this.malformed("it has no :status");
    this.#ensure(2);
    this.bytes[this.length++] = CR;
    this.bytes[this.length++] = LF;
  }

  /** As of `FieldSink`. */
  status(code: number): void {
    if (this.#section !== "head") return this.malformed(":status in trailers");
    this.code = code;
    const { bytes } = this;
    bytes.set(STATUS_LINE);
    bytes[STATUS_AT] = ZERO + Math.floor(code / 100);
    bytes[STATUS_AT + 1] = ZERO + Math.floor(code / 10) % 10;
    bytes[STATUS_AT + 2] = ZERO + code % 10;
    this.length = STATUS_LINE.length;
  }

  /** As of `FieldSink`. */
  contentLength(length: number): void {
    if (this.told >= 0 && this.told !== length) this.malformed("two different content-length");
    this.told = length;
  }

  /** As of `FieldSink`. */
  lines(bytes: Uint8Array, start: number, end: number, count: number): void {
    const length = end - start;
    this.#count += count;
    if (this.#count > MAX_FIELDS || this.length + length > MAX_FIELDS_BYTES) this.tooLarge = true;
    if (this.#section === "nothing" || this.tooLarge) return;
    this.#ensure(length);
    this.bytes.set(bytes.subarray(start, end), this.length);
    this.length += length;
  }

  /** As of `FieldSink`. */
  pseudo(bytes: Uint8Array, start: number, nameEnd: number): void {
    const name = latin1(bytes, start, Math.min(nameEnd, start + 40));
    this.malformed(`pseudo-field ${JSON.stringify(name)}`);
  }

  /** As of `FieldSink`. */
  malformed(what: string): void {
    if (this.fault === "") this.fault = what;
  }

  #ensure(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}
