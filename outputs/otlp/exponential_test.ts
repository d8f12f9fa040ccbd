import assert from "node:assert/strict";
import { Histogram } from "../../metrics/mod.ts";
import { type ExponentialBuckets, exponentialOf } from "./exponential.ts";

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

const sum = ({ counts }: ExponentialBuckets) => counts.reduce((all, count) => all + count, 0);

Deno.test("each value lies in its bucket, within the width of ours", () => {
  for (const value of [1e-9, 0.001, 0.3, 0.999, 1, 1.001, 5, 250, 1000, 86_400_000]) {
    const { scale, zeros, positive, negative } = exponentialOf(histogramOf([value]));
    assert.deepEqual([scale, zeros, positive.counts, negative.counts], [5, 0, [1], []]);
    const base = 2 ** (2 ** -scale);
    const [lower, upper] = [base ** positive.offset, base ** (positive.offset + 1)];
    assert.ok(lower <= value * (1 + 1 / 128) && value * (1 - 1 / 128) <= upper, `${value}`);
  }
});

Deno.test("a wide range gets a lower scale, never more than 160 buckets", () => {
  const cases: [values: number[], scale: number][] = [
    [[1, 1.5, 2], 5],
    [[1, 31], 5],
    [[1, 40], 4],
    [[0.1, 10_000], 3],
    [[1e-15, 1e15], 0],
    [[2 ** -63, 2 ** 63, -(2 ** 63)], 0],
  ];
  for (const [values, scale] of cases) {
    const made = exponentialOf(histogramOf(values));
    assert.equal(made.scale, scale, String(values));
    for (const sign of [made.positive, made.negative]) assert.ok(sign.counts.length <= 160);
    assert.equal(sum(made.positive) + sum(made.negative), values.length);
  }
});

Deno.test("signs and zeros are apart; lower scales have the same counts in wider buckets", () => {
  const values = Array.from({ length: 4001 }, (_, i) => (i - 2000) * 1.7);
  const { zeros, scale, positive, negative } = exponentialOf(histogramOf(values));
  assert.deepEqual([zeros, sum(positive), sum(negative)], [1, 2000, 2000]);
  assert.deepEqual(positive, negative);
  const base = 2 ** (2 ** -scale);
  for (const [i, count] of positive.counts.entries()) {
    const at = positive.offset + i;
    const within = (slack: number) =>
      values.filter((v) => v > base ** at * (1 + slack) && v <= base ** (at + 1) * (1 - slack))
        .length;
    assert.ok(within(1 / 128) <= count && count <= within(-1 / 128), `bucket ${at}`);
  }
});

Deno.test("an empty histogram has no buckets", () => {
  const none = { offset: 0, counts: [] };
  assert.deepEqual(exponentialOf(new Histogram()), {
    scale: 5,
    zeros: 0,
    positive: none,
    negative: none,
  });
});
