import type { FieldSink } from "./field_sink.ts";
import type { HpackDecoder } from "./decoder.ts";

/** Takes fields down as text, in the order they come. */
export class FieldList implements FieldSink {
  /** Fields as `name: value`; `malformed …` where one was told to be. */
  readonly fields: string[] = [];
  /** What `contentLength` was called with. */
  readonly lengths: number[] = [];

  status(code: number): void {
    this.fields.push(`:status: ${code}`);
  }

  contentLength(length: number): void {
    this.lengths.push(length);
  }

  lines(bytes: Uint8Array, start: number, end: number, count: number): void {
    const lines = text(bytes.subarray(start, end)).split("\r\n");
    if (lines.pop() !== "" || lines.length !== count) throw new Error(`not ${count} lines`);
    this.fields.push(...lines);
  }

  pseudo(bytes: Uint8Array, start: number, nameEnd: number, end: number): void {
    const line = text(bytes.subarray(start, end));
    if (!line.startsWith(": ", nameEnd - start)) throw new Error(`${line}: wrong end of its name`);
    this.fields.push(line.slice(0, -2));
  }

  malformed(what: string): void {
    this.fields.push(`malformed ${what}`);
  }
}

/** The fields of a block given in hexadecimal; blanks don't count. */
export function decodeHex(decoder: HpackDecoder, block: string): string[] {
  return decodeBytes(decoder, hex(block));
}

/** The fields of a block. */
export function decodeBytes(decoder: HpackDecoder, block: Uint8Array): string[] {
  const list = new FieldList();
  decoder.decode(block, 0, block.length, list);
  return list.fields;
}

/** Bytes written in hexadecimal; blanks don't count. */
export function hex(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/[0-9a-f]{2}/g) ?? [], (pair) => parseInt(pair, 16));
}

/** Latin-1. */
export function text(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** Pseudo-random whole numbers below a bound, the same for a seed. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
