import assert from "node:assert/strict";
import { Random } from "../../internal/fuzz_for_tests.ts";
import type { Range } from "../plan.ts";
import { common, merge, rangesText, without } from "./ranges.ts";

const SEED = Date.now() % 2 ** 31;
const sessions = (ranges: readonly Range[]): number[] =>
  ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));

Deno.test(`ranges hold what sets of their sessions do (seed ${SEED})`, () => {
  const random = new Random(SEED);
  const some = () =>
    random.list(5, (): Range => {
      const from = random.below(20);
      return { from, to: from + random.below(8) };
    });
  for (let i = 0; i < 1000; i++) {
    const [a, b] = [some(), some()];
    const [setA, setB] = [new Set(sessions(a)), new Set(sessions(b))];
    const sorted = (set: Set<number>) => [...set].sort((x, y) => x - y);
    assert.deepEqual(sessions(merge(a)), sorted(setA));
    assert.deepEqual(sessions(without(a, b)), sorted(setA.difference(setB)));
    assert.deepEqual(sessions(common(a, b)), sorted(setA.intersection(setB)));
  }
});

Deno.test("ranges are shown merged, and no more than a line of them", () => {
  assert.equal(rangesText([]), "");
  assert.equal(rangesText([{ from: 5, to: 9 }, { from: 0, to: 5 }]), "0:9");
  const many = Array.from({ length: 9 }, (_, i) => ({ from: 2 * i, to: 2 * i + 1 }));
  assert.equal(rangesText(many), "0:1, 2:3, 4:5, 6:7, 8:9, 10:11, 12:13, 14:15 …");
});
