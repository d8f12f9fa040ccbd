import assert from "node:assert/strict";
import { inTurns } from "./round.ts";

Deno.test("inTurns begins each turn with another player", () => {
  assert.equal([...inTurns(["a", "b", "c"], 4)].join(""), "abc" + "bca" + "cab" + "abc");
  assert.deepEqual([...inTurns(["a"], 2)], ["a", "a"]);
});
