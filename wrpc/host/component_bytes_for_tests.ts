/**
 * Components of a few bytes, for tests: made by hand after component-model `Binary.md`.
 *
 * @module
 */

const named = (name: string) => [0, ...text(name)];
const text = (name: string) => [name.length, ...new TextEncoder().encode(name)];
const section = (id: number, ...bytes: number[]) => [id, bytes.length, ...bytes];
const HEAD = [0, 0x61, 0x73, 0x6d, 13, 0, 1, 0];

/** A component that imports or exports empty instances of these names. */
export function emptyComponent(
  { imports, exports }: { imports?: string; exports?: string },
): Uint8Array {
  return Uint8Array.from([
    ...HEAD,
    ...section(7, 1, 0x42, 0),
    ...(imports === undefined ? [] : section(10, 1, ...named(imports), 5, 0)),
    ...(exports === undefined ? [] : section(5, 1, 1, 0)),
    ...(exports === undefined ? [] : section(11, 1, ...named(exports), 5, 0, 0)),
  ]);
}

/** Instance of `counterComponent`. */
export const COUNTER = "test:count/counter";

/** A component whose `next: func() -> u32` counts the calls of its instance: 1, 2, 3. */
export function counterComponent(): Uint8Array {
  const core = [
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 1, 0x60, 0, 1, 0x7f),
    ...section(3, 1, 0),
    ...section(6, 1, 0x7f, 1, 0x41, 0, 0x0b),
    ...section(7, 1, ...text("next"), 0, 0),
    // Adds 1 to the global and returns it.
    ...section(10, 1, 11, 0, 0x23, 0, 0x41, 1, 0x6a, 0x24, 0, 0x23, 0, 0x0b),
  ];
  return Uint8Array.from([
    ...HEAD,
    ...section(1, ...core),
    ...section(2, 1, 0, 0, 0), // Instantiates it,
    ...section(6, 1, 0, 0, 1, 0, ...text("next")), // names its function,
    ...section(7, 1, 0x40, 0, 0, 0x79),
    ...section(8, 1, 0, 0, 0, 0, 0), // lifts that to `func() -> u32`,
    ...section(5, 1, 1, 1, ...named("next"), 1, 0),
    ...section(11, 1, ...named(COUNTER), 5, 0, 0), // and exports it in an instance.
  ]);
}

/** Bytes as a file for as long as they are used. */
export async function withFile(
  bytes: Uint8Array,
  use: (path: string) => Promise<void>,
): Promise<void> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, bytes);
    await use(path);
  } finally {
    await Deno.remove(path);
  }
}
