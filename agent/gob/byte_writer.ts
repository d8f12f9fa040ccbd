const bits = new DataView(new ArrayBuffer(8));
const encoder = new TextEncoder();

/** Writes numbers, texts and bytes in gob's encoding of them, one behind the other. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  /** @param bytes room to begin with; it grows */
  constructor(bytes: number = 256) {
    this.#bytes = new Uint8Array(bytes);
  }

  /** How many bytes were written. */
  get length(): number {
    return this.#length;
  }

  /** A view of what was written, until more is. */
  get written(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Forgets what was written. */
  clear(): void {
    this.#length = 0;
  }

  /** One byte. */
  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#length++] = value;
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** An unsigned number: below 128 a byte; else the negated count of its bytes, then they. */
  uint(value: number | bigint): void {
    if (value < 0x80) return this.byte(Number(value));
    const length = byteLength(value);
    this.#room(1 + length);
    this.#bytes[this.#length] = 0x100 - length;
    let rest = typeof value === "bigint" ? value : 0n;
    let small = typeof value === "number" ? value : 0;
    for (let at = this.#length + length; at > this.#length; at--) {
      if (rest > 0n) {
        this.#bytes[at] = Number(rest & 0xffn);
        rest >>= 8n;
      } else {
        this.#bytes[at] = small % 256;
        small = Math.floor(small / 256);
      }
    }
    this.#length += 1 + length;
  }

  /** A signed number: its sign is the lowest bit. */
  int(value: number | bigint): void {
    if (typeof value === "number" && Math.abs(value) < 2 ** 51) {
      return this.uint(value < 0 ? (-value - 1) * 2 + 1 : value * 2);
    }
    const big = BigInt(value);
    this.uint(BigInt.asUintN(64, big < 0n ? (~big << 1n) | 1n : big << 1n));
  }

  /** A 64-bit float, its bytes the other way round. */
  float(value: number): void {
    bits.setFloat64(0, value);
    this.uint(bits.getBigUint64(0, true));
  }

  /** A count, then the bytes. */
  counted(bytes: Uint8Array): void {
    this.uint(bytes.length);
    this.raw(bytes);
  }

  /** A text as UTF-8, after its count of bytes. */
  text(text: string): void {
    this.counted(encoder.encode(text));
  }

  #room(bytes: number): void {
    let size = this.#bytes.length;
    if (size - this.#length >= bytes) return;
    while (size - this.#length < bytes) size *= 2;
    const grown = new Uint8Array(size);
    grown.set(this.written);
    this.#bytes = grown;
  }
}

/** How many bytes an unsigned number of 128 or more takes, without their count. */
function byteLength(value: number | bigint): number {
  if (typeof value === "number") {
    let length = 1;
    for (let rest = value; rest >= 256; rest /= 256) length++;
    return length;
  }
  let length = 1;
  for (let rest = value >> 8n; rest > 0n; rest >>= 8n) length++;
  return length;
}
