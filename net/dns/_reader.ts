import { NetError } from "../errors.ts";

const MAX_NAME = 255; // RFC 1035 §2.3.4, with the root label
const HEADER = 12;
const DOT = 0x2e;
const BACKSLASH = 0x5c;

/** The error of a message that can't be taken apart. */
export function malformed(reason: string): NetError {
  return new NetError("dns_failed", `the message is malformed: ${reason}`, { phase: "lookup" });
}

/** Reads a message, or the data of one record; what would be over the end throws. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  /** Reads `bytes` from `start` to `end`. */
  constructor(bytes: Uint8Array, start: number = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** Bytes to come. */
  get left(): number {
    return this.#end - this.#at;
  }

  /** A byte. */
  u8(): number {
    return this.#bytes[this.#skip(1)]!;
  }

  /** Two bytes, the high one first. */
  u16(): number {
    const at = this.#skip(2);
    return this.#bytes[at]! << 8 | this.#bytes[at + 1]!;
  }

  /** Four bytes, the high one first. */
  u32(): number {
    return this.u16() * 0x10000 + this.u16();
  }

  /** A view of the next bytes. */
  take(length: number): Uint8Array {
    const at = this.#skip(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** A reader of the next bytes that can follow pointers out of them. */
  within(length: number): Reader {
    const at = this.#skip(length);
    return new Reader(this.#bytes, at, at + length);
  }

  /**
   * A name, with its pointers followed (RFC 1035 §4.1.4). Each must point before the part of the
   * name that it ends, which leaves no room for a loop.
   */
  name(): string {
    const labels: string[] = [];
    let wireLength = 1;
    let part = this.#at;
    let at = part;
    let jumped = false;
    for (;;) {
      const end = jumped ? this.#bytes.length : this.#end;
      if (at >= end) throw malformed("a name is cut off");
      const length = this.#bytes[at]!;
      if (length >= 0xc0) {
        if (at + 2 > end) throw malformed("a name is cut off");
        const target = (length & 0x3f) << 8 | this.#bytes[at + 1]!;
        if (target >= part || target < HEADER) throw malformed("a name points forward");
        if (!jumped) this.#at = at + 2;
        jumped = true;
        part = at = target;
        continue;
      }
      if (length > 63) throw malformed("a label is of an unknown kind");
      at += 1;
      if (length === 0) break;
      if (at + length > end) throw malformed("a name is cut off");
      wireLength += length + 1;
      if (wireLength > MAX_NAME) throw malformed("a name is over 255 bytes");
      labels.push(labelText(this.#bytes.subarray(at, at + length)));
      at += length;
    }
    if (!jumped) this.#at = at;
    return labels.length === 0 ? "." : labels.join(".");
  }

  #skip(length: number): number {
    if (length > this.left) throw malformed("it is cut off");
    const at = this.#at;
    this.#at += length;
    return at;
  }
}

function labelText(label: Uint8Array): string {
  let text = "";
  for (const byte of label) {
    if (byte === DOT || byte === BACKSLASH) text += `\\${String.fromCharCode(byte)}`;
    else if (byte > 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
    else text += `\\${String(byte).padStart(3, "0")}`;
  }
  return text;
}
