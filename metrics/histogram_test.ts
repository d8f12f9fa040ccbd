import assert from "node:assert/strict";
import { build } from "hdr-histogram-js";
import { exactPercentile, freshSeed, seeded } from "./_random_for_tests.ts";
import { Histogram } from "./histogram.ts";

type Draw = (random: () => number) => number;

const gauss: Draw = (random) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Latencies in milliseconds. */
const DISTRIBUTIONS: Record<string, Draw> = {
  "uniform 0.1 to 500 ms": (random) => 0.1 + random() * 499.9,
  "exponential, mean 20 ms": (random) => -20 * Math.log(1 - random()) + 0.05,
  "log-normal around 3 ms": (random) => Math.exp(Math.log(3) + 0.6 * gauss(random)),
  "pareto from 1 ms": (random) => Math.min(3_600_000, (1 - random()) ** (-1 / 2)),
  "two modes, cache and disk": (random) => (random() < 0.8 ? 0.4 : 35) * (1 + random() / 4),
  "microseconds": (random) => 0.003 + random() * 0.02,
  "minutes": (random) => 60_000 + random() * 3_000_000,
  "one value": () => 12.5,
};

const PERCENTILES = [1, 10, 25, 50, 75, 90, 95, 99];

function filled(values: Iterable<number>): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

for (const [name, draw] of Object.entries(DISTRIBUTIONS)) {
  Deno.test(`percentiles agree with hdr-histogram-js within 1 %: ${name}`, () => {
    const seed = freshSeed();
    const random = seeded(seed);
    const histogram = new Histogram();
    const hdr = build({
      lowestDiscernibleValue: 1,
      highestTrackableValue: 3.6e12,
      numberOfSignificantValueDigits: 4,
    });
    for (let i = 0; i < 50_000; i++) {
      const ms = draw(random);
      histogram.add(ms);
      hdr.recordValue(Math.round(ms * 1e6)); // nanoseconds: it takes whole numbers
    }
    for (const p of PERCENTILES) {
      const theirs = hdr.getValueAtPercentile(p) / 1e6;
      const ours = histogram.percentile(p);
      assert.ok(
        Math.abs(ours - theirs) <= 0.01 * theirs,
        `p(${p}): ${ours} and ${theirs} (seed ${seed})`,
      );
    }
  });
}

Deno.test("percentiles are within 1/128 of the exact ones for any sign and size of value", () => {
  for (let round = 0; round < 200; round++) {
    const seed = freshSeed();
    const random = seeded(seed);
    const scale = 2 ** (random() * 80 - 40);
    const negatives = round % 3 === 0 ? 0.5 : 0;
    const values = Float64Array.from({ length: 1 + Math.floor(random() * 300) }, () => {
      if (random() < 0.05) return 0;
      return scale * 2 ** (random() * 12) * (random() < negatives ? -1 : 1);
    });
    const histogram = filled(values);
    values.sort();
    for (const p of [0, 5, 33.3, 50, 90, 99.9, 100]) {
      const rank = p / 100 * (values.length - 1);
      const [below, above] = [values[Math.floor(rank)]!, values[Math.ceil(rank)]!];
      const slack = Math.max(Math.abs(below), Math.abs(above)) / 128;
      const [ours, exact] = [histogram.percentile(p), exactPercentile(values, p)];
      assert.ok(Math.abs(ours - exact) <= slack, `p(${p}): ${ours}, exact ${exact} (seed ${seed})`);
    }
  }
});

Deno.test("count, sum, min and max are exact, and the ends of the percentiles are min and max", () => {
  const values = [3.7, 0.001, 250.25, 3.7, 0];
  const histogram = filled(values);
  assert.equal(histogram.count, 5);
  assert.equal(histogram.sum, values.reduce((sum, value) => sum + value));
  assert.equal(histogram.min, 0);
  assert.equal(histogram.max, 250.25);
  assert.equal(histogram.mean(), histogram.sum / 5);
  assert.equal(histogram.percentile(0), 0);
  assert.equal(histogram.percentile(-5), 0);
  assert.equal(histogram.percentile(100), 250.25);
  assert.equal(histogram.percentile(140), 250.25);
});

Deno.test("a percentile between two values is interpolated as in k6", () => {
  const histogram = filled([10, 20]);
  assert.equal(histogram.percentile(50), 15);
  assert.equal(histogram.percentile(95), 19.5);
  assert.equal(filled([42]).percentile(99), 42);
});

Deno.test("percentiles never go down as p goes up", () => {
  const seed = freshSeed();
  const random = seeded(seed);
  const histogram = new Histogram();
  for (let i = 0; i < 2000; i++) histogram.add(gauss(random) * 10);
  let last = -Infinity;
  for (let p = 0; p <= 100; p += 0.1) {
    const value = histogram.percentile(p);
    assert.ok(value >= last, `p(${p}) is ${value} after ${last} (seed ${seed})`);
    last = value;
  }
});

Deno.test("an empty histogram reads as zeros", () => {
  const histogram = new Histogram();
  assert.deepEqual(
    [histogram.count, histogram.sum, histogram.min, histogram.max, histogram.mean()],
    [0, 0, 0, 0, 0],
  );
  assert.equal(histogram.percentile(95), 0);
  assert.deepEqual([...histogram.buckets()], []);
});

Deno.test("buckets hold their values, are 1/128 wide at most and come in ascending order", () => {
  const seed = freshSeed();
  const random = seeded(seed);
  const values = Array.from({ length: 500 }, () => gauss(random) * 2 ** (random() * 100 - 50));
  const buckets = [...filled([...values, 0, -0]).buckets()];
  assert.equal(buckets.reduce((sum, [, , count]) => sum + count, 0), 502);
  for (const [i, [lower, upper]] of buckets.entries()) {
    assert.ok(upper - lower <= Math.min(Math.abs(lower), Math.abs(upper)) / 128, `seed ${seed}`);
    if (i > 0) assert.ok(buckets[i - 1]![1] <= lower, `bucket ${i} (seed ${seed})`);
  }
  for (const value of values) {
    const inside = ([lower, upper]: [number, number, number]) =>
      value > 0 ? lower <= value && value < upper : lower < value && value <= upper;
    assert.equal(buckets.filter(inside).length, 1, `${value} (seed ${seed})`);
  }
});

Deno.test("powers of two and their neighbours fall on the right side of a bucket's edge", () => {
  for (let exponent = -60; exponent < 60; exponent++) {
    const edge = 2 ** exponent;
    const [bucket] = [...filled([edge]).buckets()];
    assert.equal(bucket![0], edge);
    const [below] = [...filled([edge * (1 - 2 ** -53)]).buckets()];
    assert.equal(below![1], edge);
  }
});

Deno.test("NaN and the infinities are passed over", () => {
  const histogram = filled([NaN, Infinity, -Infinity, 1]);
  assert.equal(histogram.count, 1);
  assert.equal(histogram.sum, 1);
  assert.equal(histogram.max, 1);
});

Deno.test("the largest and smallest floats are counted and keep min and max exact", () => {
  const extremes = [Number.MAX_VALUE, Number.MIN_VALUE, -Number.MAX_VALUE, -Number.MIN_VALUE];
  const histogram = filled(extremes);
  assert.equal(histogram.count, 4);
  assert.equal(histogram.min, -Number.MAX_VALUE);
  assert.equal(histogram.max, Number.MAX_VALUE);
  assert.equal([...histogram.buckets()].length, 4);
  for (const p of [0, 30, 60, 100]) assert.ok(Number.isFinite(histogram.percentile(p)));
});

Deno.test("merging equals counting everything in one, whatever the windows", () => {
  for (let round = 0; round < 100; round++) {
    const seed = freshSeed();
    const random = seeded(seed);
    const parts = Array.from({ length: 4 }, () => new Histogram());
    const whole = new Histogram();
    const scales = parts.map(() => 2 ** (random() * 60 - 30));
    for (let i = 0; i < 400; i++) {
      const part = Math.floor(random() * 4);
      const value = random() < 0.1 ? 0 : gauss(random) * scales[part]!;
      parts[part]!.add(value);
      whole.add(value);
    }
    const merged = new Histogram();
    for (const part of parts) merged.merge(part);
    assert.deepEqual([...merged.buckets()], [...whole.buckets()], `seed ${seed}`);
    assert.equal(merged.count, whole.count);
    assert.equal(merged.min, whole.min);
    assert.equal(merged.max, whole.max);
    assert.ok(Math.abs(merged.sum - whole.sum) <= 1e-9 * Math.max(...scales) * 400, `seed ${seed}`);
  }
});

Deno.test("a cleared histogram counts afresh", () => {
  const histogram = filled([-1, 0, 5, 1e9]);
  histogram.clear();
  assert.equal(histogram.count, 0);
  assert.deepEqual([...histogram.buckets()], []);
  histogram.add(5);
  assert.deepEqual([...histogram.buckets()], [...filled([5]).buckets()]);
  assert.equal(histogram.percentile(50), 5);
});
