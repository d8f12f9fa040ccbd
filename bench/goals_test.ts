import assert from "node:assert/strict";
import { formatGoals, type Goal, ratio, verdict } from "./goals.ts";

function goal(
  median: number,
  direction: Goal["direction"],
  bound: number | null,
  aim: number | null,
): Goal {
  const value = { median, min: median, max: median, count: 1 };
  return { figure: "speed", value, unit: "×", direction, goal: bound, aim };
}

Deno.test("verdict knows both directions", () => {
  assert.equal(verdict(goal(0.8, ">=", 0.55, 0.75)), "aim");
  assert.equal(verdict(goal(0.6, ">=", 0.55, 0.75)), "goal");
  assert.equal(verdict(goal(0.5, ">=", 0.55, 0.75)), "missed");
  assert.equal(verdict(goal(1.4, "<=", 1.9, 1.5)), "aim");
  assert.equal(verdict(goal(2, "<=", 1.9, 1.5)), "missed");
});

Deno.test("verdict has nothing to say of what was not measured or has no goal", () => {
  assert.equal(verdict({ ...goal(2, "<=", 1.9, 1.5), value: null }), "");
  assert.equal(verdict(goal(2, "<=", null, null)), "");
});

Deno.test("ratio compares inside rounds", () => {
  assert.deepEqual(ratio("speed", ">=", 1, null, [10, null, 30], [20, 5, 10]).value, {
    median: 1.75,
    min: 0.5,
    max: 3,
    count: 2,
  });
});

Deno.test("formatGoals shows what was measured, with its limits where it has some", () => {
  const list = [goal(0.8, ">=", 0.75, null), goal(2, "<=", null, null)];
  assert.equal(
    formatGoals([...list, { ...list[0]!, value: null }]),
    [
      "figure  median (min–max)  unit  goal    aim  reached",
      "------  ----------------  ----  ------  ---  -------",
      "speed               0.80  ×     ≥ 0.75       goal",
      "speed               2.00  ×",
    ].join("\n"),
  );
  assert.equal(formatGoals([]), null);
});
