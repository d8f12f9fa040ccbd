/** What is wrong with bytes that should be WebAssembly. */
export class Malformed extends Error {}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Reads the values of the binary format from `at` on, never past `end`; throws `Malformed`. */
export class Reader {
  readonly #bytes: Uint8Array;
  /** Where the next value is. */
  at: number;
  /** Where the values end. */
  readonly end: number;

  /** A reader of a part of some bytes. */
  constructor(bytes: Uint8Array, at = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** One byte. */
  byte(): number {
    if (this.at >= this.end) throw new Malformed("it ends too early");
    return this.#bytes[this.at++]!;
  }

  /** An unsigned number of 32 bits. */
  u32(): number {
    return this.#leb(5, 0x0f);
  }

  /** An unsigned number of 64 bits: exact up to 2^53, near enough above to be compared with caps. */
  u64(): number {
    return this.#leb(10, 0x01);
  }

  /** Text of a name. */
  name(): string {
    const size = this.u32();
    this.skip(size);
    try {
      return utf8.decode(this.#bytes.subarray(this.at - size, this.at));
    } catch {
      throw new Malformed("a name is not UTF-8");
    }
  }

  /** Passes bytes over. */
  skip(size: number): void {
    if (size > this.end - this.at) throw new Malformed("it ends too early");
    this.at += size;
  }

  /** LEB128 of at most so many bytes, the last of them no more than `last`. */
  #leb(most: number, last: number): number {
    let value = 0;
    for (let i = 0, scale = 1; i < most; i++, scale *= 128) {
      const byte = this.byte();
      if (i === most - 1 && byte > last) break;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new Malformed("a number is too long");
  }
}

/** The shortest LEB128 of an unsigned number. */
export function leb(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push(value % 128 | 0x80);
  return [...bytes, value];
}
