/** Results of each block: as many as engines take. */
const RESULTS = 1000;
/** Blocks within each other: as many as have a number of one byte. */
const DEPTH = 127;
/** Bytes of branches: with what is around them less than a guest may have. */
const BRANCHES = 4 * 2 ** 20 - 8192;

/**
 * A parser that keeps the contract, answers nothing, and takes many seconds to compile: each branch
 * of its last function has a thousand results to be compared with those of 127 blocks. It is one
 * function, so that no number of cores makes it faster.
 */
export function slowModule(): Uint8Array {
  const [i32, i64, call] = [0x7f, 0x7e, 0x60];
  const types = [
    [call, 1, i32, 1, i32],
    [call, 2, i32, i32, 0],
    [call, 2, i32, i32, 1, i64],
    [call, 0, 0],
    [call, 0, ...unsigned(RESULTS), ...new Array<number>(RESULTS).fill(i32)],
  ];
  const exports = [["alloc", 0], ["dealloc", 1], ["handle_body", 2]] as const;
  return bytes(
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, types),
    section(3, [[0], [1], [2], [3]]),
    section(5, [[1, 1, 1]]),
    section(7, [
      [...name("memory"), 2, 0],
      ...exports.map(([text, index]) => [...name(text), 0, index]),
    ]),
    section(10, [
      code([0x41, 8]), // i32.const 8
      code([]),
      code([0x42, 0]), // i64.const 0
      code(slowBody()),
    ]),
  );
}

function slowBody(): Uint8Array {
  const targets = Array.from({ length: DEPTH }, (_, depth) => depth);
  const branch = [0x0e, ...unsigned(DEPTH), ...targets, 0]; // br_table, to each block
  const times = Math.floor(BRANCHES / branch.length);
  const branches = new Uint8Array(times * branch.length);
  for (let i = 0; i < times; i++) branches.set(branch, i * branch.length);
  const blocks = targets.flatMap(() => [0x02, 4]);
  const [unreachable, end] = [0x00, 0x0b];
  return bytes(blocks, [unreachable], branches, targets.map(() => end), [unreachable]);
}

/** A function without locals. */
function code(body: readonly number[] | Uint8Array): Uint8Array {
  return bytes(unsigned(body.length + 2), [0], body, [0x0b]);
}

/** A section with a vector of entries. */
function section(id: number, entries: readonly (readonly number[] | Uint8Array)[]): Uint8Array {
  const content = bytes(unsigned(entries.length), ...entries);
  return bytes([id], unsigned(content.length), content);
}

function name(text: string): number[] {
  return [text.length, ...new TextEncoder().encode(text)];
}

/** LEB128 (WebAssembly core specification, 5.2.2). */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [value % 128 + 128, ...unsigned(Math.floor(value / 128))];
}

function bytes(...parts: readonly (readonly number[] | Uint8Array)[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
