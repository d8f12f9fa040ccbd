import { GobCursor } from "./cursor.ts";
import { gobOverLimit, invalidGob } from "./errors.ts";
import { GOB_LIMITS, type GobLimits } from "./limits.ts";
import { GobTypes } from "./types.ts";
import { type GobValue, readDefinition, readMessageValue, readTypeId } from "./values.ts";

const READ_BYTES = 64 * 1024;

/**
 * A stream of gobs as its bytes come, in pieces of any size: definitions of types are taken in,
 * values are stopped at one by one.
 *
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const stream = new GobStream();
 * stream.push(Uint8Array.of(3, 4, 0)); // the int 3: three bytes, type 2, value 6 …
 * assert.equal(stream.next(), false);
 * stream.push(Uint8Array.of(6));
 * assert.equal(stream.next(), true);
 * assert.equal(stream.read(), 3);
 * ```
 */
export class GobStream {
  /** Stands in the value that `next` has found. */
  readonly cursor: GobCursor = new GobCursor();
  /** Types of the peer. */
  readonly types: GobTypes;
  /** Type of the value that `next` has found. */
  typeId = 0;
  readonly #limits: GobLimits;
  #buffer = new Uint8Array(READ_BYTES);
  #start = 0;
  #end = 0;

  /** @param limits what the peer may ask for */
  constructor(limits: GobLimits = GOB_LIMITS) {
    this.#limits = limits;
    this.types = new GobTypes(limits.types);
  }

  /** Bytes that are still to be looked at; 0 between two messages. */
  get pending(): number {
    return this.#end - this.#start;
  }

  /** Where bytes may be read to: tell `filled` how many have come. Not for keeping. */
  space(): Uint8Array {
    this.#room(1);
    return this.#buffer.subarray(this.#end);
  }

  /** Takes bytes in that were put into `space`. */
  filled(count: number): void {
    this.#end += count;
  }

  /** Takes a copy of bytes in. */
  push(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /**
   * Goes on to the next value; false when more bytes are needed for it.
   *
   * @throws {AgentError} `gob_invalid`, `gob_limit`: the stream is of no use from then on
   */
  next(): boolean {
    while (this.#message()) {
      const { cursor } = this;
      const id = readTypeId(cursor);
      if (id > 0) {
        this.typeId = id;
        return true;
      }
      readDefinition(cursor, -id, this.types, this.#limits.depth);
      if (cursor.left > 0) throw invalidGob(`${cursor.left} bytes follow a type definition`);
    }
    return false;
  }

  /** Decodes the value that `next` has found. */
  read(): GobValue {
    const value = readMessageValue(this.cursor, this.typeId, this.types, this.#limits.depth);
    if (this.cursor.left > 0) throw invalidGob(`${this.cursor.left} bytes follow a value`);
    return value;
  }

  /** Puts the cursor into the next message, when all of it is here. */
  #message(): boolean {
    const { cursor } = this;
    const left = this.#end - this.#start;
    if (left === 0) return false;
    const first = this.#buffer[this.#start]!;
    const head = first < 0x80 ? 1 : 0x101 - first;
    if (head > 9) throw invalidGob(`a message has a length of ${head - 1} bytes`);
    if (left < head) return false;
    cursor.bytes = this.#buffer;
    cursor.at = this.#start;
    cursor.end = this.#end;
    const length = cursor.uint();
    if (length > this.#limits.messageBytes) {
      throw gobOverLimit(
        `a message of ${length} bytes is longer than ${this.#limits.messageBytes}`,
      );
    }
    if (length === 0) throw invalidGob("a message is empty");
    const end = cursor.at + Number(length);
    if (end > this.#end) return false;
    cursor.end = end;
    this.#start = end;
    return true;
  }

  /** Makes room behind what is pending; messages that were looked at give way. */
  #room(bytes: number): void {
    if (this.#start === this.#end) this.#start = this.#end = 0;
    if (this.#buffer.length - this.#end >= bytes) return;
    const pending = this.#end - this.#start;
    let size = this.#buffer.length;
    // Half of it stays free: a message that is nearly as long must not move with every read.
    while (size < 2 * (pending + bytes)) size *= 2;
    const buffer = size === this.#buffer.length ? this.#buffer : new Uint8Array(size);
    buffer.set(this.#buffer.subarray(this.#start, this.#end));
    this.#buffer = buffer;
    this.#start = 0;
    this.#end = pending;
  }
}
