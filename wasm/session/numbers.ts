import type { Field, TimestampUnit } from "../plan.ts";

const WORD = 0x1_0000_0000;

/** An unsigned number of 64 bits as two words: numbers alone lose what is above 2^53, BigInts are slow. */
export interface Words {
  low: number;
  high: number;
}

/** The 64 bits of an integer, negative ones as two's complement. */
export function wordsOf(value: bigint): Words {
  const bits = BigInt.asUintN(64, value);
  return { low: Number(bits & 0xffff_ffffn), high: Number(bits >> 32n) };
}

/** Adds `step` to `to`, past 2^64 from 0 again. */
export function addWords(to: Words, step: Readonly<Words>): void {
  const low = to.low + step.low;
  to.low = low >>> 0;
  to.high = (to.high + step.high + (low >= WORD ? 1 : 0)) >>> 0;
}

/** Writes the lowest bytes of a number to a field of the packet that begins at `base`. */
export function writeField(view: DataView, base: number, field: Field, words: Words): void {
  const at = base + field.start;
  const little = field.endian === "little";
  switch (field.length) {
    case 8:
      view.setUint32(little ? at : at + 4, words.low, little);
      view.setUint32(little ? at + 4 : at, words.high, little);
      return;
    case 4:
      view.setUint32(at, words.low, little);
      return;
    default:
      for (let i = 0; i < field.length; i++) {
        const byte = i < 4 ? words.low >>> (8 * i) : words.high >>> (8 * (i - 4));
        view.setUint8(little ? at + i : at + field.length - 1 - i, byte & 0xff);
      }
  }
}

/** The unsigned number of a field; above 2^53 not exact, but never too small by more than a part in 2^52. */
export function readField(bytes: Uint8Array, base: number, field: Field): number {
  const little = field.endian === "little";
  let value = 0;
  for (let i = 0; i < field.length; i++) {
    const at = base + field.start + (little ? field.length - 1 - i : i);
    value = value * 256 + bytes[at]!;
  }
  return value;
}

/** Milliseconds since the Unix epoch, with their fraction. */
export type EpochClock = () => number;

/** The system's clock: as exact as Deno tells, mostly to a microsecond. */
export const EPOCH: EpochClock = () => performance.timeOrigin + performance.now();

const PER_MS: Readonly<Record<Exclude<TimestampUnit, "nanoseconds">, number>> = {
  seconds: 1 / 1000,
  milliseconds: 1,
  microseconds: 1000,
};

/** A time as so many whole units since the epoch. */
export function writeTime(into: Words, ms: number, unit: TimestampUnit): void {
  const nano = unit === "nanoseconds";
  const value = Math.floor(ms * PER_MS[nano ? "microseconds" : unit]);
  into.low = value >>> 0;
  into.high = Math.floor(value / WORD) >>> 0;
  if (!nano) return;
  const low = into.low * 1000; // Nanoseconds don't fit a number: one word after the other.
  into.low = low >>> 0;
  into.high = (into.high * 1000 + Math.floor(low / WORD)) >>> 0;
}
