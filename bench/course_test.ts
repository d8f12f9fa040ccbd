import assert from "node:assert/strict";
import { type Course, ratesBetween } from "./course.ts";

const COURSE: Course = { startedAt: 1000, stepMs: 500, counts: [1, 2, 3, 4, 5] };

Deno.test("rates are those of the whole steps between two times", () => {
  assert.deepEqual(ratesBetween(COURSE, 1000, 2000), [2, 4]);
  assert.deepEqual(ratesBetween(COURSE, 1001, 2999), [4, 6]);
});

Deno.test("a time without a whole step, or at the last one, has no rate", () => {
  assert.throws(() => ratesBetween(COURSE, 1001, 1999), /too short/);
  assert.throws(() => ratesBetween(COURSE, 2000, 3500), /too short/);
});
