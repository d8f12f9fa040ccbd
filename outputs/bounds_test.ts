import assert from "node:assert/strict";
import { Histogram } from "../metrics/mod.ts";
import { countsUpTo } from "./_bounds.ts";

Deno.test("counts up to bounds never fall, and take in at most what is 1/128 above", () => {
  const histogram = new Histogram();
  const values = Array.from({ length: 2000 }, (_, i) => (i - 200) ** 3 / 1e5);
  for (const value of values) histogram.add(value);
  const bounds = [-100, -1, 0, 0.5, 3, 10, 750, 1e9];
  const counts = countsUpTo(histogram, bounds);
  assert.deepEqual(counts, counts.toSorted((a, b) => a - b));
  for (const [i, bound] of bounds.entries()) {
    const slack = Math.abs(bound) / 128;
    const least = values.filter((value) => value <= bound).length;
    const most = values.filter((value) => value <= bound + slack).length;
    assert.ok(least <= counts[i]! && counts[i]! <= most, `${bound}: ${counts[i]}`);
  }
  assert.equal(counts.at(-1), 2000);
});

Deno.test("whole numbers are counted up to their own bound", () => {
  const histogram = new Histogram();
  const bounds = [-5, 0, 1, 5, 10, 25, 50, 75, 100, 250, 500, 1000];
  for (const bound of bounds) histogram.add(bound);
  assert.deepEqual(countsUpTo(histogram, bounds), bounds.map((_, i) => i + 1));
});
