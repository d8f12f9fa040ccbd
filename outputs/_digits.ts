import type { Chunk } from "./_chunk.ts";

const ZERO = 48;
const POINT = 46;
const MINUS = 45;
/** Six digits behind the point: a nanosecond, where the value is in milliseconds. */
const DECIMALS = 6;
const SCALE = 1e6;
/** Scaled values up to here are exact. */
const MAX_FIXED = Number.MAX_SAFE_INTEGER / SCALE;
/** The most that one call writes, texts of other numbers aside. */
const ROOM = 32;

/** Appends a number as JSON has it: the shortest text that reads as the same number. */
export function addNumber(chunk: Chunk, value: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= Number.MAX_SAFE_INTEGER) {
    chunk.reserve(ROOM);
    addWhole(chunk, value);
  } else chunk.text(String(value));
}

/** Appends milliseconds to the nanosecond: `0.123456`, zeros at the end left out. */
export function addMilliseconds(chunk: Chunk, value: number): void {
  if (!(Math.abs(value) <= MAX_FIXED)) return chunk.text(String(value));
  addScaled(chunk, value);
  const { bytes } = chunk;
  let end = chunk.length;
  while (bytes[end - 1] === ZERO) end--;
  chunk.length = bytes[end - 1] === POINT ? end - 1 : end;
}

/** Appends a number with six digits behind the point: C's and Go's `%f`. */
export function addFixed(chunk: Chunk, value: number): void {
  if (Math.abs(value) <= MAX_FIXED) addScaled(chunk, value);
  // Numbers this large are whole, and without an exponent only as big integers.
  else if (Math.abs(value) >= 2 ** 53) chunk.text(`${BigInt(value)}.000000`);
  else chunk.text(value.toFixed(DECIMALS));
}

function addScaled(chunk: Chunk, value: number): void {
  chunk.reserve(ROOM);
  const { bytes } = chunk;
  const scaled = Math.round(Math.abs(value) * SCALE);
  if (value < 0 && scaled > 0) bytes[chunk.length++] = MINUS;
  const whole = Math.floor(scaled / SCALE);
  addWhole(chunk, whole);
  bytes[chunk.length++] = POINT;
  addPadded(chunk, scaled - whole * SCALE, DECIMALS);
}

/** Appends a whole number from 0 on; the caller made room. */
function addWhole(chunk: Chunk, value: number): void {
  if (value >= 1e9) {
    const high = Math.floor(value / 1e9);
    addWhole(chunk, high);
    addPadded(chunk, value - high * 1e9, 9);
    return;
  }
  let width = 1;
  for (let bound = 10; value >= bound; bound *= 10) width++;
  addPadded(chunk, value, width);
}

/** Appends a whole number below 2^31 with zeros before it; the caller made room. */
function addPadded(chunk: Chunk, value: number, width: number): void {
  const { bytes } = chunk;
  let rest = value | 0;
  for (let at = chunk.length + width - 1; at >= chunk.length; at--) {
    const next = (rest / 10) | 0;
    bytes[at] = ZERO + rest - next * 10;
    rest = next;
  }
  chunk.length += width;
}
