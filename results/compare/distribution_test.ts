import assert from "node:assert/strict";
import { Histogram } from "../../metrics/mod.ts";
import { duration, seeded } from "../record_for_tests.ts";
import { Distribution } from "./distribution.ts";
import { seededRandom } from "../../internal/mod.ts";
import { beta } from "./random.ts";

function histogramOf(count: number, seed: number): Histogram {
  const random = seeded(seed);
  const histogram = new Histogram();
  for (let n = 0; n < count; n++) histogram.add(duration(random, 10, 4));
  return histogram;
}

Deno.test("quantiles, mean and variance are those of the values", () => {
  const histogram = histogramOf(20_000, 1);
  const distribution = new Distribution(histogram);
  for (const p of [1, 25, 50, 90, 99, 99.9]) {
    const [found, wanted] = [distribution.quantile(p / 100), histogram.percentile(p)];
    // In the tail the next value is far away.
    assert.ok(
      Math.abs(found / wanted - 1) < (p > 99 ? 0.05 : 0.01),
      `p${p}: ${found}, not ${wanted}`,
    );
  }
  assert.equal(distribution.quantile(0), histogram.min);
  assert.equal(distribution.quantile(1), histogram.max);
  const random = seeded(1);
  const values = Array.from({ length: 20_000 }, () => duration(random, 10, 4));
  const mean = values.reduce((a, b) => a + b) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
  assert.ok(Math.abs(distribution.mean / mean - 1) < 1e-9);
  assert.ok(Math.abs(distribution.variance / variance - 1) < 0.01);
});

Deno.test("values below zero, zeros and a single value have quantiles too", () => {
  const histogram = new Histogram();
  for (const value of [-8, -2, 0, 0, 4]) histogram.add(value);
  const distribution = new Distribution(histogram);
  assert.equal(distribution.quantile(0), -8);
  assert.equal(distribution.quantile(0.7), 0);
  assert.equal(distribution.quantile(1), 4);
  const single = new Histogram();
  single.add(5);
  assert.equal(new Distribution(single).quantile(0.99), 5);
  assert.equal(new Distribution(single).variance, 0);
});

Deno.test("a draw at a Beta share is a percentile of a multinomial resample", () => {
  const histogram = histogramOf(400, 2);
  const distribution = new Distribution(histogram);
  const random = seededRandom(3);
  for (const p of [50, 95]) {
    const rank = p / 100 * (histogram.count - 1);
    const short = Array.from(
      { length: 2000 },
      () => distribution.quantile(beta(random, rank + 1, histogram.count - rank)),
    );
    const long = Array.from({ length: 2000 }, () => {
      const resample = new Histogram();
      for (let n = 0; n < histogram.count; n++) resample.add(distribution.quantile(random()));
      return resample.percentile(p);
    });
    for (const share of [0.005, 0.05, 0.5, 0.95, 0.995]) {
      const at = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(share * 2000)]!;
      const [found, wanted] = [at(short), at(long)];
      assert.ok(Math.abs(found / wanted - 1) < 0.06, `p${p} at ${share}: ${found}, not ${wanted}`);
    }
  }
});
