import type { Deferred } from "./async_host.ts";
import { WrpcError } from "../errors.ts";

const encoder = new TextEncoder();
const EMPTY = new Uint8Array(0);
const float = new DataView(new ArrayBuffer(8));
const floatBytes = new Uint8Array(float.buffer);
/** Up to here a string is written char by char, which is faster than `encodeInto`. */
const SHORT_STRING = 48;
/** Buffers are this long: many small values share one. */
const SLAB_BYTES = 64 * 1024;
/** With less room than this the next value begins a new one. */
const LEAST_ROOM = 1024;

/** Where encoders write: a buffer that grows, and what is to be sent later on paths of its own. */
export class Sink {
  /** The buffer; what is written so far is from `#start` to `at`. */
  bytes: Uint8Array<ArrayBuffer> = EMPTY;
  /** Where the next byte goes. */
  at = 0;
  /** The index path of the value that is being encoded; kept for types with async parts alone. */
  readonly path: number[] = [];
  /** Pending futures and streams that were met. */
  deferred: Deferred[] = [];
  #start = 0;

  /** Makes room for so many bytes more. */
  reserve(count: number): void {
    if (this.at + count > this.bytes.length) this.#grow(count);
  }

  #grow(count: number): void {
    const written = this.at - this.#start;
    const grown = new Uint8Array(Math.max(written * 2, written + count, SLAB_BYTES));
    grown.set(this.bytes.subarray(this.#start, this.at));
    this.bytes = grown;
    this.#start = 0;
    this.at = written;
  }

  /** What was written, without a copy; the sink is empty then and writes elsewhere. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.bytes.subarray(this.#start, this.at);
    this.#start = this.at;
    this.clear();
    return taken;
  }

  /** Forgets what was written. */
  clear(): void {
    this.at = this.#start;
    this.path.length = 0;
    if (this.deferred.length > 0) this.deferred = [];
    // A large value keeps its buffer to itself.
    if (this.bytes.length > SLAB_BYTES || this.at + LEAST_ROOM > this.bytes.length) {
      this.bytes = EMPTY;
      this.at = this.#start = 0;
    }
  }

  /** One byte. */
  byte(value: number): void {
    if (this.at === this.bytes.length) this.reserve(1);
    this.bytes[this.at++] = value;
  }

  /** Unsigned LEB128 of 0 to 2^32 - 1. */
  unsigned(value: number): void {
    this.reserve(5);
    const { bytes } = this;
    while (value > 0x7f) {
      bytes[this.at++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    bytes[this.at++] = value;
  }

  /** Signed LEB128 of 32 bits. */
  signed(value: number): void {
    this.reserve(5);
    const { bytes } = this;
    while (value > 0x3f || value < -0x40) {
      bytes[this.at++] = (value & 0x7f) | 0x80;
      value >>= 7;
    }
    bytes[this.at++] = value & 0x7f;
  }

  /** Unsigned LEB128 of 64 bits. */
  unsigned64(value: bigint): void {
    if (value < 0x1_0000_0000n) return this.unsigned(Number(value));
    this.reserve(10);
    const { bytes } = this;
    // Seven bits at a time, four times on a number: a bigint for each step is slow.
    for (; value > 0xfff_ffffn; value >>= 28n) {
      let low = Number(value & 0xfff_ffffn);
      for (let i = 0; i < 4; i++, low >>= 7) bytes[this.at++] = (low & 0x7f) | 0x80;
    }
    this.unsigned(Number(value));
  }

  /** Signed LEB128 of 64 bits. */
  signed64(value: bigint): void {
    if (value >= -0x8000_0000n && value <= 0x7fff_ffffn) return this.signed(Number(value));
    this.reserve(10);
    const { bytes } = this;
    for (; value > 0x3fn || value < -0x40n; value >>= 7n) {
      bytes[this.at++] = Number(value & 0x7fn) | 0x80;
    }
    bytes[this.at++] = Number(value & 0x7fn);
  }

  /** Four bytes, IEEE 754, little-endian. */
  float32(value: number): void {
    float.setFloat32(0, value, true);
    this.#floatBytes(4);
  }

  /** Eight bytes, IEEE 754, little-endian. */
  float64(value: number): void {
    float.setFloat64(0, value, true);
    this.#floatBytes(8);
  }

  #floatBytes(count: number): void {
    this.reserve(count);
    for (let i = 0; i < count; i++) this.bytes[this.at++] = floatBytes[i]!;
  }

  /** Length and bytes. */
  list8(value: Uint8Array): void {
    this.reserve(value.length + 5);
    this.unsigned(value.length);
    if (value.length > 0) this.bytes.set(value, this.at);
    this.at += value.length;
  }

  /** Length and UTF-8. @throws {WrpcError} `value_invalid` for a lone surrogate */
  string(value: string): void {
    if (value.length <= SHORT_STRING && this.#ascii(value)) return;
    if (!value.isWellFormed()) {
      throw new WrpcError("value_invalid", "encode", "a string with a lone surrogate has no UTF-8");
    }
    // The length takes as many bytes as that of the longest it can be, or fewer: then it moves.
    this.reserve(value.length * 3 + 10);
    const begin = this.at;
    const guess = lengthBytes(value.length);
    const { written } = encoder.encodeInto(value, this.bytes.subarray(begin + guess));
    const real = lengthBytes(written);
    if (real !== guess) {
      this.bytes.copyWithin(begin + real, begin + guess, begin + guess + written);
    }
    this.unsigned(written);
    this.at = begin + real + written;
  }

  /** Writes a short string if it is ASCII. */
  #ascii(value: string): boolean {
    const { length } = value;
    this.reserve(length + 1);
    const { bytes, at } = this;
    bytes[at] = length;
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) return false;
      bytes[at + 1 + i] = code;
    }
    this.at = at + 1 + length;
    return true;
  }
}

/** Bytes that a length takes as LEB128. */
function lengthBytes(value: number): number {
  let count = 1;
  while (value > 0x7f) {
    value >>>= 7;
    count++;
  }
  return count;
}
