import golden from "./testdata/golden.json" with { type: "json" };
import type { GobStream } from "./stream.ts";

/** Names of the recordings: what Go's own encoder and `net/rpc` have written. */
export type GoldenName = keyof typeof golden;

/** The bytes of a recording. Made by `agent/testdata/go`, argument `golden`. */
export function goldenBytes(name: GoldenName): Uint8Array {
  return Uint8Array.fromHex(golden[name]);
}

/** All values that are there. */
export function readAll(stream: GobStream): unknown[] {
  const values: unknown[] = [];
  while (stream.next()) values.push(stream.read());
  return values;
}

/** An object as structs are decoded. */
export function struct(fields: object): object {
  return Object.assign(Object.create(null), fields);
}
