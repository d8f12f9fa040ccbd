import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { select } from "./selector.ts";

const document = {
  name: { first: "Tom", last: "Anderson" },
  age: 37,
  none: null,
  "a.b": 1,
  "#": "hash",
  "0": "zero",
  friends: [
    { first: "Dale", nets: ["ig", "fb"], age: 44 },
    { first: "Roger", nets: ["fb"] },
    { last: "only" },
  ],
  grid: [[1, 2], [3]],
};

const TABLE: [selector: string, expected: unknown][] = [
  ["age", 37],
  ["name.last", "Anderson"],
  ["none", null],
  ["none.x", undefined],
  ["missing", undefined],
  ["age.x", undefined],
  ["a\\.b", 1],
  ["0", "zero"],
  ["friends.#", 3],
  ["friends.1.first", "Roger"],
  ["friends.01.first", undefined],
  ["friends.-1", undefined],
  ["friends.3", undefined],
  ["friends.first", undefined],
  ["friends.#.first", ["Dale", "Roger"]],
  ["friends.#.nets.#", [2, 1]],
  ["friends.#.nets.0", ["ig", "fb"]],
  ["grid.#.#", [2, 1]],
  ["grid.0.1", 2],
  ["\\#", "hash"],
  ["#", "hash"],
  ["toString", undefined],
  ["__proto__", undefined],
  ["friends.length", undefined],
];

Deno.test("a selector chooses names, places, lengths and a name of each", () => {
  for (const [selector, expected] of TABLE) {
    assert.deepEqual(select(document, selector), expected, selector);
  }
  assert.equal(select([1, 2], "#"), 2);
  assert.equal(select(3, "x"), undefined);
});

Deno.test("the rest of gjson's language is refused", () => {
  const bad = ["", "fri*", "n?me", 'friends.#(first=="Dale")', "friends|0", "@reverse", "{a,b}"];
  for (const selector of [...bad, "a.".repeat(300), 3 as unknown as string]) {
    assert.throws(() => select(document, selector), OptionError, String(selector));
  }
});
