import assert from "node:assert/strict";
import { arrivalsBefore, arrivalTimeMs, rampPeak, rampSteps, rampTarget } from "./pacing.ts";
import { seeded } from "./_random_for_tests.ts";

Deno.test("arrivals of a constant rate are planned at even distances from 0", () => {
  const table: [rate: number, timeUnitMs: number, k: number, atMs: number][] = [
    [10, 1000, 0, 0],
    [10, 1000, 1, 100],
    [10, 1000, 25, 2500],
    [1, 60_000, 2, 120_000],
    [3, 1000, 3, 1000],
    [50_000, 1000, 50_000, 1000],
  ];
  for (const [rate, timeUnitMs, k, atMs] of table) {
    assert.equal(arrivalTimeMs({ rate, timeUnitMs }, k), atMs, `${rate}/${timeUnitMs} ms, ${k}`);
  }
});

Deno.test("the count before a time leaves out an arrival at that very time", () => {
  const table: [rate: number, timeUnitMs: number, tMs: number, count: number][] = [
    [10, 1000, 0, 0],
    [10, 1000, -5, 0],
    [10, 1000, 0.001, 1],
    [10, 1000, 100, 1],
    [10, 1000, 100.1, 2],
    [10, 1000, 1000, 10],
    [3, 1000, 1000, 3],
    [7, 1000, 60_000, 420],
    [1, 60_000, 59_999, 1],
    [0, 1000, 1000, 0],
  ];
  for (const [rate, timeUnitMs, tMs, count] of table) {
    assert.equal(
      arrivalsBefore({ rate, timeUnitMs }, tMs),
      count,
      `${rate}/${timeUnitMs} at ${tMs}`,
    );
  }
});

Deno.test("times and counts of arrivals agree for any rate", () => {
  for (let seed = 1; seed <= 500; seed++) {
    const random = seeded(seed);
    const pace = { rate: 1 + random(99_999), timeUnitMs: 1 + random(60_000) };
    const k = random(1_000_000);
    const at = arrivalTimeMs(pace, k);
    assert.equal(arrivalsBefore(pace, at), k, `seed ${seed}`);
    assert.ok(arrivalsBefore(pace, at + pace.timeUnitMs / pace.rate / 2) === k + 1, `seed ${seed}`);
  }
});

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
