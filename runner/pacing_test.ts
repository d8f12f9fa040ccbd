import assert from "node:assert/strict";
import { rampPeak, rampSteps, rampTarget } from "./pacing.ts";

Deno.test("a ramp reaches each stage's target at the stage's end and jumps where it takes no time", () => {
  const up = [...rampSteps(0, [{ durationMs: 1000, target: 4 }])];
  assert.deepEqual(up, [
    { atMs: 0, vus: 0 },
    { atMs: 250, vus: 1 },
    { atMs: 500, vus: 2 },
    { atMs: 750, vus: 3 },
    { atMs: 1000, vus: 4 },
  ]);
  const jump = [...rampSteps(2, [
    { durationMs: 0, target: 10 },
    { durationMs: 500, target: 10 },
    { durationMs: 100, target: 9 },
  ])];
  assert.deepEqual(jump, [{ atMs: 0, vus: 2 }, { atMs: 0, vus: 10 }, { atMs: 600, vus: 9 }]);
});

Deno.test("the target at a time is the last step before it", () => {
  const stages = [
    { durationMs: 1000, target: 7 },
    { durationMs: 300, target: 7 },
    { durationMs: 900, target: 1 },
    { durationMs: 0, target: 3 },
  ];
  const steps = [...rampSteps(2, stages)];
  for (let tMs = 0; tMs <= 2500; tMs += 7) {
    const expected = steps.findLast((step) => step.atMs <= tMs)!.vus;
    assert.equal(rampTarget(2, stages, tMs), expected, `at ${tMs}`);
  }
  assert.equal(rampPeak(2, stages), 7);
});
