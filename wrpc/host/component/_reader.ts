import { HostError } from "../errors.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });
/** Most bytes of a name. */
const MAX_NAME_BYTES = 1024;
/** Most entries of a vector: each takes a byte at least, but becomes an object. */
const MAX_ENTRIES = 100_000;

/** Reads the primitives of the binary format (component-model `Binary.md`) from a range of bytes. */
export class Reader {
  readonly #bytes: Uint8Array;
  #at: number;
  readonly #end: number;

  /** @param end first byte that isn't part of the range */
  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
  }

  /** A reader that begins where this one stands. */
  copy(): Reader {
    return new Reader(this.#bytes, this.#at, this.#end);
  }

  /** Whether all was read. */
  get done(): boolean {
    return this.#at >= this.#end;
  }

  /** The next byte. */
  byte(): number {
    if (this.done) throw invalid("it ends too early");
    return this.#bytes[this.#at++]!;
  }

  /** The next byte, which stays. */
  peek(): number {
    if (this.done) throw invalid("it ends too early");
    return this.#bytes[this.#at]!;
  }

  /** Unsigned LEB128 of 32 bits. */
  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value >= 2 ** 32) break;
        return value;
      }
    }
    throw invalid("a number is out of range");
  }

  /** A name. */
  name(): string {
    const length = this.u32();
    if (length > MAX_NAME_BYTES) throw invalid(`a name has ${length} bytes`);
    const from = this.#at;
    this.#skip(length);
    try {
      return utf8.decode(this.#bytes.subarray(from, this.#at));
    } catch {
      throw invalid("a name isn't UTF-8");
    }
  }

  /** A vector. */
  vector<T>(read: () => T): T[] {
    const count = this.u32();
    if (count > MAX_ENTRIES) throw invalid(`a vector has ${count} entries`);
    const entries: T[] = [];
    for (let n = 0; n < count; n++) entries.push(read());
    return entries;
  }

  /** 0, or 1 and a value. */
  optional<T>(read: () => T): T | null {
    const tag = this.byte();
    if (tag === 0) return null;
    if (tag === 1) return read();
    throw invalid(`an optional part begins with ${tag}`);
  }

  /** The next `length` bytes as a reader of their own. */
  range(length: number): Reader {
    const from = this.#at;
    this.#skip(length);
    return new Reader(this.#bytes, from, this.#at);
  }

  #skip(length: number): void {
    if (length > this.#end - this.#at) throw invalid("it ends too early");
    this.#at += length;
  }
}

/** An error about bytes that are no component. */
export function invalid(why: string): HostError {
  return new HostError("component_invalid", "load", `this is no valid component: ${why}`);
}

/** An error about a component that uses more than this reader knows. */
export function unsupported(what: string): HostError {
  return new HostError("component_unsupported", "load", `this component can't be read: ${what}`);
}
