import assert from "node:assert/strict";
import { measureInRounds, type Subject } from "./rounds.ts";

Deno.test("measureInRounds begins each round with another subject", async () => {
  const order: string[] = [];
  const subjects = ["a", "b", "c"].map((name): Subject<number> => ({
    name,
    measure: () => Promise.resolve(order.push(name)),
  }));
  const samples = await measureInRounds(subjects, 4, String, () => {});
  assert.equal(order.join(""), "abc" + "bca" + "cab" + "abc");
  assert.deepEqual([...samples], [["a", [1, 6, 8, 10]], ["b", [2, 4, 9, 11]], ["c", [
    3,
    5,
    7,
    12,
  ]]]);
});

Deno.test("measureInRounds keeps a failed round's place and goes on", async () => {
  const lines: string[] = [];
  let calls = 0;
  const flaky: Subject<number> = {
    name: "flaky",
    measure: () => calls++ === 0 ? Promise.reject(new Error("no luck")) : Promise.resolve(7),
  };
  const samples = await measureInRounds([flaky], 2, (n) => `${n}/s`, (line) => lines.push(line));
  assert.deepEqual(samples.get("flaky"), [null, 7]);
  assert.deepEqual(lines, ["round 1 of 2: flaky: no luck", "round 2 of 2: flaky 7/s"]);
});
