import { FIELD } from "../../h1/syntax.ts";

/** Copies `source[start, end)` to `out[at…]`; returns the position behind it. */
export function copyBytes(
  source: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  at: number,
): number {
  for (let i = start; i < end; i++) out[at++] = source[i]!;
  return at;
}

/**
 * Copies `source[start, end)` to `out[at…]`; returns the position behind it, or its complement (`~`)
 * when there are bytes among them that can't be in a field value.
 */
export function copyValue(
  source: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  at: number,
): number {
  let fit = 1;
  for (let i = start; i < end; i++) {
    const byte = source[i]!;
    fit &= FIELD[byte]!;
    out[at++] = byte;
  }
  return fit === 1 ? at : ~at;
}
