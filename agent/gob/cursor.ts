import { invalidGob } from "./errors.ts";

const bits = new DataView(new ArrayBuffer(8));
const decoder = new TextDecoder();

/** Reads numbers, texts and bytes of one message, in gob's encoding of them. */
export class GobCursor {
  /** Where the message is. */
  bytes: Uint8Array = new Uint8Array(0);
  /** What is read next. */
  at = 0;
  /** End of the message. */
  end = 0;

  /** Bytes that are left of the message. */
  get left(): number {
    return this.end - this.at;
  }

  /** An unsigned number; a bigint only when it is past 2^53 - 1. */
  uint(): number | bigint {
    if (this.at >= this.end) throw invalidGob("the message ends within a value");
    const first = this.bytes[this.at++]!;
    if (first < 0x80) return first;
    return this.#longUint(0x100 - first);
  }

  /** An unsigned number that counts something. @param what for the error's message */
  count(what: string): number {
    const value = this.uint();
    if (typeof value === "bigint") throw invalidGob(`${what} is ${value}`);
    return value;
  }

  /** A signed number; a bigint only when it is past ±(2^53 - 1). */
  int(): number | bigint {
    const value = this.uint();
    if (typeof value === "number") {
      return value % 2 === 0 ? value / 2 : -(value - 1) / 2 - 1;
    }
    const signed = (value & 1n) === 0n ? value >> 1n : ~(value >> 1n);
    const small = Number(signed);
    return Number.isSafeInteger(small) ? small : signed;
  }

  /** A 64-bit float: its bytes stand the wrong way round, so that short ones have few. */
  float(): number {
    const value = this.uint();
    bits.setBigUint64(0, BigInt(value), true);
    return bits.getFloat64(0);
  }

  /** A view of bytes after their count; valid as long as the message. */
  view(what: string): Uint8Array {
    const length = this.count(`the length of ${what}`);
    this.need(length, what);
    const at = this.at;
    this.at += length;
    return this.bytes.subarray(at, this.at);
  }

  /** A text; bytes that are no UTF-8 become U+FFFD, as Go's texts may hold any. */
  text(what: string): string {
    return decoder.decode(this.view(what));
  }

  /** Refuses a count of things, of a byte each at least, that the message can't hold. */
  need(bytes: number, what: string): void {
    if (bytes > this.left) {
      throw invalidGob(`${what} has ${bytes} bytes or more, of the message ${this.left} are left`);
    }
  }

  #longUint(length: number): number | bigint {
    if (length > 8) throw invalidGob(`a number has ${length} bytes`);
    if (length > this.left) throw invalidGob("the message ends within a number");
    let high = 0;
    let low = 0;
    for (let left = length; left > 0; left--) {
      const byte = this.bytes[this.at++]!;
      if (left > 4) high = high * 256 + byte;
      else low = low * 256 + byte;
    }
    if (high < 0x200000) return high * 0x100000000 + low;
    return (BigInt(high) << 32n) | BigInt(low);
  }
}
