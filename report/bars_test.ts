import assert from "node:assert/strict";
import { Histogram } from "../metrics/mod.ts";
import { bar, latencyBins, progressBar, sparkline } from "./_bars.ts";

function histogram(...values: number[]): Histogram {
  const made = new Histogram();
  for (const value of values) made.add(value);
  return made;
}

Deno.test("a sparkline goes from zero to the largest of the last values", () => {
  const cases: [values: (number | null)[], columns: number, line: string][] = [
    [[], 5, ""],
    [[0, 0], 5, "▁▁"],
    [[1, 2, 4, 8], 9, "▁▂▄█"],
    [[100, 1, 2], 2, "▄█"],
    [[5, null, 5], 3, "█ █"],
    [[7], 0, ""],
    [[0.001, 1e9], 2, "▁█"],
  ];
  for (const [values, columns, line] of cases) assert.equal(sparkline(values, columns), line);
});

Deno.test("a bar is as long as its share, to an eighth, and never hides what is there", () => {
  const cases: [share: number, columns: number, text: string][] = [
    [0, 8, ""],
    [1e-9, 8, "▏"],
    [0.5, 8, "████"],
    [0.5, 1, "▌"],
    [1, 3, "███"],
    [2, 3, "███"],
    [0.5, 0, ""],
  ];
  for (const [share, columns, text] of cases) assert.equal(bar(share, columns), text);
  assert.equal(progressBar(0.5, 4), "██░░");
  assert.equal(progressBar(7, 4), "████");
  assert.equal(progressBar(-1, 4), "░░░░");
});

Deno.test("bins have round bounds, cover all values, and are no more than wanted", () => {
  const bins = (most: number, ...values: number[]) =>
    latencyBins(histogram(...values), most).map(({ label, share }) => `${label} ${share}`);
  assert.deepEqual(bins(4), []);
  assert.deepEqual(bins(0, 1), []);
  assert.deepEqual(bins(4, 3, 3), ["≤5ms 1"]);
  assert.deepEqual(bins(4, 0.15, 0.4, 1.5, 4), ["≤200µs 0.25", "≤1ms 0.25", "≤5ms 0.5"]);
  assert.deepEqual(bins(8, 0.15, 0.4, 1.5, 4), [
    ...["≤200µs 0.25", "≤500µs 0.25", "≤1ms 0", "≤2ms 0.25", "≤5ms 0.25"],
  ]);
  const far = [...Array.from({ length: 1999 }, () => 3), 800_000];
  assert.deepEqual(bins(3, ...far), ["≤5ms 0.9995", ">5ms 0.0005"]);
  assert.deepEqual(bins(1, ...far), ["≤5ms 1"]);
});

Deno.test("shares of any values add up to all of them", () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  let state = seed;
  const random = () => (state = (state * 48271) % 0x7fffffff) / 0x7fffffff;
  for (let round = 0; round < 200; round++) {
    const values = Array.from(
      { length: 1 + Math.floor(random() * 50) },
      () => 10 ** (random() * 14 - 5),
    );
    const most = 1 + Math.floor(random() * 9);
    const bins = latencyBins(histogram(...values), most);
    const sum = bins.reduce((total, { share }) => total + share, 0);
    assert.ok(bins.length <= most && Math.abs(sum - 1) < 1e-9, `seed ${seed}, round ${round}`);
  }
});
