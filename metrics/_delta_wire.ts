import { MetricError } from "./errors.ts";

/** First byte of every delta. */
export const VERSION = 1;
/** A decoder reads no longer one. An encoder stops well before, and goes on in the next. */
export const MAX_DELTA_BYTES = 16 * 1024 * 1024;
export const SOFT_DELTA_BYTES = MAX_DELTA_BYTES / 2;
/** Longest string in bytes: 1024 UTF-16 units of UTF-8, rounded up. */
const MAX_STRING_BYTES = 4096;
/** Larger whole numbers travel as floats. */
const MAX_WHOLE = 2 ** 51;

export const TYPES = ["counter", "gauge", "rate", "trend"] as const;
export const CONTENTS = ["default", "time", "data"] as const;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** An error for bytes that are no delta. */
export function malformed(what: string, cause?: unknown): MetricError {
  return new MetricError("delta_malformed", `Can't apply a metrics delta: ${what}`, cause);
}

/** Appends to a buffer that is kept from delta to delta. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  /** Bytes written. */
  length = 0;

  /** A copy of what was written; the next bytes start afresh. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.length);
    this.length = 0;
    return taken;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.length++] = value;
  }

  /** A whole number from 0 to 2^53 - 1, 7 bits a byte, least significant first. */
  varint(value: number): void {
    if (value < 128 && this.length < this.#bytes.length) {
      this.#bytes[this.length++] = value;
      return;
    }
    this.#reserve(8);
    let rest = value;
    while (rest >= 2 ** 31) {
      this.#bytes[this.length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    while (rest >= 128) {
      this.#bytes[this.length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.#bytes[this.length++] = rest;
  }

  /** Any number: whole ones short; sums that ran over are brought back to the largest finite one. */
  number(value: number): void {
    if (Number.isInteger(value) && value >= 0 && value <= MAX_WHOLE) {
      this.varint(value * 2);
      return;
    }
    this.byte(1);
    this.float(
      Number.isNaN(value) ? 0 : Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, value)),
    );
  }

  /** A float64, little-endian. */
  float(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  string(text: string): void {
    this.#reserve(text.length * 3 + 8);
    const bytes = encoder.encode(text);
    this.varint(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  #reserve(more: number): void {
    if (this.length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + more));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Reads what a `ByteWriter` wrote from bytes that anyone may have written. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #malformed: (what: string, cause?: unknown) => MetricError;
  #at = 0;

  /** @param error makes the error for bytes that can't be read */
  constructor(bytes: Uint8Array, error = malformed) {
    this.#bytes = bytes;
    this.#malformed = error;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Where the next byte is read. */
  get position(): number {
    return this.#at;
  }

  set position(at: number) {
    this.#at = at;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw this.#malformed("it ends early");
    this.#at++;
    return byte;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) {
        if (byte === 0 && i > 0) throw this.#malformed("a number is longer than it needs to be");
        if (value > Number.MAX_SAFE_INTEGER) throw this.#malformed("a number is above 2^53 - 1");
        return value;
      }
      scale *= 128;
    }
    throw this.#malformed("a number has more than 8 bytes");
  }

  number(): number {
    const whole = this.varint();
    if (whole % 2 === 0) return whole / 2;
    if (whole !== 1) throw this.#malformed("a number of unknown form");
    return this.float();
  }

  /** A finite float64. */
  float(): number {
    if (this.#at + 8 > this.#bytes.length) throw this.#malformed("it ends early");
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    if (!Number.isFinite(value)) throw this.#malformed(`a number is ${value}`);
    return value;
  }

  string(): string {
    const length = this.varint();
    if (length > MAX_STRING_BYTES) {
      throw this.#malformed(`a string of ${length} bytes, above ${MAX_STRING_BYTES}`);
    }
    if (this.#at + length > this.#bytes.length) throw this.#malformed("it ends early");
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    try {
      return decoder.decode(bytes);
    } catch (error) {
      throw this.#malformed("a string is not UTF-8", error);
    }
  }
}
