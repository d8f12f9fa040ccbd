import assert from "node:assert/strict";
import type { WitType } from "../types/mod.ts";
import { future, list, of, option, record, stream, tuple } from "./types_for_tests.ts";
import { asyncPaths, isAsync, isOwnAsync, matchesPath, MAX_PATH_DEPTH } from "./paths.ts";

const variant = (...types: (WitType | null)[]): WitType => ({
  kind: "variant",
  cases: types.map((type, i) => ({ name: `c${i}`, type })),
});
const u8 = of("u8");
const result: WitType = { kind: "result", ok: stream(u8), err: future(u8) };

/** Types of parameters, and where they may be pending: the spec of wRPC, "Indexing". */
const TABLE: readonly (readonly [string, readonly WitType[], readonly (number | null)[][]])[] = [
  ["nothing", [], []],
  ["values alone", [u8, list(option(of("string")))], []],
  ["a future behind a value", [u8, future(u8)], [[1]]],
  ["a list of streams", [list(stream(u8))], [[0, null]]],
  ["an option: no step", [option(future(u8))], [[0]]],
  ["a result: no step, and one path for both cases", [result], [[0]]],
  ["a variant: its cases share paths", [variant(null, stream(u8), list(future(u8)))], [
    ...[[0], [0, null]],
  ]],
  ["a tuple and a record: their positions", [tuple(u8, stream(u8)), record(future(u8), u8)], [
    ...[[0, 1], [1, 0]],
  ]],
  ["a future's value: its own path", [future(future(u8))], [[0]]],
  ["a stream in a future: the future's path", [future(stream(u8))], [[0]]],
  ["an element of a stream: its number", [stream(future(u8))], [[0], [0, null]]],
  ["a future of a tuple", [future(tuple(u8, stream(u8)))], [[0], [0, 1]]],
  ["a future without a value, a stream without elements", [future(null), stream(null)], [
    ...[[0], [1]],
  ]],
  ["lists, options and streams inside each other", [list(option(stream(list(future(u8)))))], [
    ...[[0, null], [0, null, null, null]],
  ]],
];

for (const [what, types, paths] of TABLE) {
  Deno.test(`index paths of ${what}`, () => {
    const found = asyncPaths(types).toSorted((a, b) => a.length - b.length);
    assert.deepEqual(found, paths);
    assert.equal(types.some(isAsync), paths.length > 0);
  });
}

Deno.test("a type is pending at its own path where no step leads to what is pending", () => {
  const own = [future(null), stream(u8), option(future(u8)), result, variant(null, stream(u8))];
  assert.ok(own.every(isOwnAsync));
  assert.ok(![null, u8, list(stream(u8)), tuple(future(u8)), record(stream(u8))].some(isOwnAsync));
});

Deno.test("a path matches a pattern of its length: null stands for any step", () => {
  assert.ok(matchesPath([], []));
  assert.ok(matchesPath([0, null, 2], [0, 4_000_000_000, 2]));
  for (const path of [[], [0], [0, 1], [1, 1, 2], [0, 1, 3], [0, 1, 2, 0]]) {
    assert.ok(!matchesPath([0, null, 2], path), String(path));
  }
});

Deno.test("fault 61: a type whose paths are too deep is refused", () => {
  const lists = (depth: number): WitType => depth === 0 ? stream(u8) : list(lists(depth - 1));
  assert.equal(asyncPaths([lists(MAX_PATH_DEPTH - 1)])[0]!.length, MAX_PATH_DEPTH);
  const refusal = { code: "path_too_deep", message: /33 steps deep is deeper than 32/ };
  assert.throws(() => asyncPaths([lists(MAX_PATH_DEPTH)]), refusal);
});

Deno.test("a type of more than 1024 paths is refused", () => {
  const futures = (count: number) => tuple(...Array.from({ length: count }, () => future(u8)));
  assert.equal(asyncPaths([futures(1024)]).length, 1024);
  assert.throws(() => asyncPaths([futures(1025)]), { code: "path_too_deep", message: /1025/ });
});
