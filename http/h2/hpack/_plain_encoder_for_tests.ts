import { huffmanEncode, huffmanSize } from "./_huffman.ts";
import { STATIC_FIELDS } from "./_static_table.ts";

/**
 * An encoder as simple as RFC 7541 is read, which picks among all ways that a field can be written
 * by chance. The decoder is tested with what ours would never send.
 */
export class PlainEncoder {
  /** The dynamic table, newest entry first. */
  readonly table: [name: string, value: string][] = [];
  readonly #random: (below: number) => number;
  #capacity: number;
  #out: number[] = [];

  constructor(random: (below: number) => number, capacity: number) {
    this.#random = random;
    this.#capacity = capacity;
  }

  /** A block; now and then with new sizes of the table, up to `maxTableBytes`, before its fields. */
  block(fields: readonly (readonly [string, string])[], maxTableBytes: number): Uint8Array {
    this.#out = [];
    for (let sizes = this.#random(6); sizes > 3; sizes--) {
      this.#capacity = this.#random(maxTableBytes + 1);
      this.#integer(0x20, 0x1f, this.#capacity);
      this.#evict();
    }
    for (const [name, value] of fields) this.#field(name, value);
    return Uint8Array.from(this.#out);
  }

  #field(name: string, value: string): void {
    const all = [...STATIC_FIELDS, ...this.table];
    const whole = this.#anyOf(all, (entry) => entry[0] === name && entry[1] === value);
    if (whole > 0 && this.#random(4) > 0) return this.#integer(0x80, 0x7f, whole);
    const named = this.#random(4) > 0 ? this.#anyOf(all, (entry) => entry[0] === name) : 0;
    const way = this.#random(4);
    if (way > 1) this.#integer(0x40, 0x3f, named);
    else this.#integer(way * 0x10, 0x0f, named);
    if (named === 0) this.#string(name);
    this.#string(value);
    if (way > 1) {
      this.table.unshift([name, value]);
      this.#evict();
    }
  }

  /** Index of one of the entries that match; 0 without any. */
  #anyOf(
    all: readonly (readonly [string, string])[],
    is: (e: readonly [string, string]) => boolean,
  ) {
    const found = all.flatMap((entry, i) => is(entry) ? [i + 1] : []);
    return found[this.#random(found.length || 1)] ?? 0;
  }

  #evict(): void {
    const size = () =>
      this.table.reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0);
    while (size() > this.#capacity) this.table.pop();
  }

  #string(text: string): void {
    if (this.#random(2) === 0) {
      const packed = new Uint8Array(huffmanSize(text));
      huffmanEncode(text, packed, 0);
      this.#integer(0x80, 0x7f, packed.length);
      this.#out.push(...packed);
    } else {
      this.#integer(0, 0x7f, text.length);
      for (const char of text) this.#out.push(char.charCodeAt(0));
    }
  }

  #integer(first: number, prefix: number, value: number): void {
    if (value < prefix) return void this.#out.push(first | value);
    this.#out.push(first | prefix);
    let rest = value - prefix;
    for (; rest >= 128; rest >>= 7) this.#out.push(rest & 127 | 128);
    this.#out.push(rest);
  }
}
