/** How a list of numbers is represented: as jco does, by the typed array of its element. */
export interface NumberList {
  /** Fewest bytes of one element on the wire. */
  readonly leastBytes: number;
  /** Makes the array. */
  from(items: readonly unknown[]): unknown;
}

const numbers = (
  array: { from(items: readonly number[]): unknown },
  leastBytes = 1,
): NumberList => ({ leastBytes, from: (items) => array.from(items as readonly number[]) });

const bigints = (array: { from(items: readonly bigint[]): unknown }): NumberList => ({
  leastBytes: 1,
  from: (items) => array.from(items as readonly bigint[]),
});

/** By the kind of element; `u8` isn't among them, bytes have a way of their own. */
export const NUMBER_LISTS: ReadonlyMap<string, NumberList> = new Map([
  ["s8", numbers(Int8Array)],
  ["u16", numbers(Uint16Array)],
  ["s16", numbers(Int16Array)],
  ["u32", numbers(Uint32Array)],
  ["s32", numbers(Int32Array)],
  ["u64", bigints(BigUint64Array)],
  ["s64", bigints(BigInt64Array)],
  ["f32", numbers(Float32Array, 4)],
  ["f64", numbers(Float64Array, 8)],
]);
