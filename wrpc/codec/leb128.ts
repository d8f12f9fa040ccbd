import type { WrpcError } from "../errors.ts";
import { malformed } from "./_malformed.ts";

/** Bytes that may end too early: `short` is set then, and nothing is taken. */
export interface Bytes {
  /** What is here. */
  readonly bytes: Uint8Array;
  /** Where the next byte is. */
  at: number;
  /** There were too few. */
  short: boolean;
}

/** Numbers of one byte, made once. */
const SMALL = Array.from({ length: 0x80 }, (_, value) => BigInt(value));

/** Unsigned LEB128 of at most `bits` (to 32), in its shortest form. */
export function readUnsigned(source: Bytes, bits: number): number {
  const bytes = source.bytes;
  let at = source.at;
  const first = bytes[at];
  if (first !== undefined && first < 0x80) {
    source.at = at + 1;
    return first;
  }
  let value = 0;
  for (let shift = 0; at < bytes.length; shift += 7) {
    const byte = bytes[at++]!;
    const low = byte & 0x7f;
    // Of the last byte only the bits that the type still has may be set.
    if (shift + 7 > bits && low >= 2 ** (bits - shift)) throw overLong(`u${bits}`);
    value += low * 2 ** shift;
    if (byte < 0x80) {
      if (byte === 0 && shift > 0) throw overLong(`u${bits}`);
      source.at = at;
      return value;
    }
    if (shift + 7 >= bits) throw overLong(`u${bits}`);
  }
  source.short = true;
  return 0;
}

/** Signed LEB128 of at most `bits` (to 32), in its shortest form. */
export function readSigned(source: Bytes, bits: number): number {
  const bytes = source.bytes;
  let at = source.at;
  let value = 0;
  let before = 0;
  for (let shift = 0; at < bytes.length; shift += 7) {
    const byte = bytes[at++]!;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) {
      if (shift > 0 && isPadding(byte, before)) throw overLong(`s${bits}`);
      if (byte >= 0x40) value -= 2 ** (shift + 7);
      if (value < -(2 ** (bits - 1)) || value >= 2 ** (bits - 1)) throw overLong(`s${bits}`);
      source.at = at;
      return value;
    }
    if (shift + 7 >= bits) throw overLong(`s${bits}`);
    before = byte;
  }
  source.short = true;
  return 0;
}

/** Unsigned LEB128 of 64 bits, in its shortest form. */
export function readUnsigned64(source: Bytes): bigint {
  const first = source.bytes[source.at];
  if (first !== undefined && first < 0x80) {
    source.at++;
    return SMALL[first]!;
  }
  const read = long(source, "u64");
  if (read === undefined) return 0n;
  const { low, high, last, count } = read;
  if (count === 10 && last > 1) throw overLong("u64");
  if (count > 1 && last === 0) throw overLong("u64");
  return join(low, high);
}

/** Signed LEB128 of 64 bits, in its shortest form. */
export function readSigned64(source: Bytes): bigint {
  const read = long(source, "s64");
  if (read === undefined) return 0n;
  const { low, high, last, before, count } = read;
  if (count === 10 && last !== 0 && last !== 0x7f) throw overLong("s64");
  if (count > 1 && isPadding(last, before)) throw overLong("s64");
  const value = join(low, high);
  return last >= 0x40 ? BigInt.asIntN(64, value - (1n << BigInt(count * 7))) : value;
}

/** Seven bits of each byte: `low` has the first 28, `high` the rest (42 at most). */
function long(source: Bytes, type: string):
  | { low: number; high: number; last: number; before: number; count: number }
  | undefined {
  const bytes = source.bytes;
  let [low, high, before] = [0, 0, 0];
  for (let count = 0, at = source.at; at < bytes.length && count < 10; at++) {
    const last = bytes[at]!;
    if (count < 4) low += (last & 0x7f) * 2 ** (7 * count);
    else high += (last & 0x7f) * 2 ** (7 * (count - 4));
    count++;
    if (last < 0x80) {
      source.at = at + 1;
      return { low, high, last, before, count };
    }
    if (count === 10) throw overLong(type);
    before = last;
  }
  source.short = true;
  return undefined;
}

function join(low: number, high: number): bigint {
  // Below 2^53 one number holds it all.
  if (high < 2 ** 25) return BigInt(low + high * 2 ** 28);
  return (BigInt(high) << 28n) | BigInt(low);
}

/** Whether the last byte of a signed number repeats nothing but the sign of the one before. */
function isPadding(last: number, before: number): boolean {
  return (last === 0 && (before & 0x40) === 0) || (last === 0x7f && (before & 0x40) !== 0);
}

function overLong(type: string): WrpcError {
  return malformed("leb128_invalid", `a number that is over-long or out of the range of ${type}`);
}
