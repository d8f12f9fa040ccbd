import assert from "node:assert/strict";
import { lineThrough, mean, pairedRatio, percentile, spread } from "./stats.ts";

Deno.test("percentile interpolates between neighbours as k6 does", () => {
  const cases: [number[], number, number][] = [
    [[7], 99, 7],
    [[1, 2], 50, 1.5],
    [[1, 2, 3, 4, 5], 50, 3],
    [[1, 2, 3, 4, 5], 90, 4.6],
    [[1, 2, 3], 0, 1],
    [[1, 2, 3], 100, 3],
  ];
  for (const [values, p, expected] of cases) {
    assert.ok(Math.abs(percentile(values, p) - expected) < 1e-12, `p${p} of ${values}`);
  }
  assert.ok(Number.isNaN(percentile([], 50)));
});

Deno.test("spread gives median and extremes of what was measured and leaves out what was not", () => {
  assert.deepEqual(spread([3, null, 1, undefined, 2, NaN]), {
    median: 2,
    min: 1,
    max: 3,
    count: 3,
  });
  assert.equal(spread([null, NaN]), null);
});

Deno.test("pairedRatio divides inside a round and skips rounds that miss one side", () => {
  // The second round ran on a machine twice as slow: its ratio is the same.
  const ratio = pairedRatio([100, 50, null, 10], [200, 100, 5, null]);
  assert.deepEqual(ratio, { median: 0.5, min: 0.5, max: 0.5, count: 2 });
  assert.equal(pairedRatio([1], [0]), null);
  assert.equal(pairedRatio([1], []), null);
});

Deno.test("mean is the arithmetic one", () => {
  assert.equal(mean([1, 2, 6]), 3);
});

Deno.test("a line through values has their slope, and an error when they aren't on it", () => {
  assert.deepEqual(lineThrough([5, 7, 9, 11]), { slope: 2, error: 0 });
  // By hand: Σ(x−1.5)² = 5, Σ(x−1.5)(y−2) = 3, residuals −0.1, 0.3, −0.3, 0.1.
  const { slope, error } = lineThrough([1, 2, 2, 3]);
  assert.ok(Math.abs(slope - 0.6) < 1e-12 && Math.abs(error - Math.sqrt(0.2 / 2 / 5)) < 1e-12);
  assert.deepEqual(lineThrough([1, 2]), { slope: 1, error: NaN });
  assert.ok(Number.isNaN(lineThrough([1]).slope));
});
