import assert from "node:assert/strict";
import { freshSeed, seeded } from "./_random_for_tests.ts";
import { metricOf } from "./_samples_for_tests.ts";
import { type Aggregate, emptyAggregate, mergeAggregate } from "./aggregate.ts";
import { ChangeTracker } from "./change_tracker.ts";
import { Histogram } from "./histogram.ts";
import { Registry } from "./registry.ts";

Deno.test("a series shows what came since the last look, and only when something did", () => {
  const total = new Registry();
  const tracker = new ChangeTracker();
  const counter = total.sink(metricOf("c", "counter"), total.tags);
  const rate = total.sink(metricOf("r", "rate"), total.tags.with("a", "b"));
  const look = () => tracker.take(total).map(({ metric, change }) => [metric.name, change]);
  assert.deepEqual(look(), []);
  counter.add(5);
  rate.add(1);
  assert.deepEqual(look(), [
    ["c", { type: "counter", total: 5 }],
    ["r", { type: "rate", passes: 1, total: 1 }],
  ]);
  assert.deepEqual(look(), []);
  rate.add(0);
  assert.deepEqual(look(), [["r", { type: "rate", passes: 0, total: 1 }]]);
});

Deno.test("a gauge is shown at every look, with its value", () => {
  const total = new Registry();
  const tracker = new ChangeTracker();
  const gauge = total.sink(metricOf("g", "gauge"), total.tags);
  for (const value of [3, 1]) {
    gauge.add(value);
    const [found] = tracker.take(total);
    assert.equal(found?.change.type === "gauge" && found.change.value, value);
  }
  assert.equal(tracker.take(total).length, 1);
});

Deno.test("a counter of fractions leaves no rest behind", () => {
  const total = new Registry();
  const tracker = new ChangeTracker();
  const counter = total.sink(metricOf("c", "counter"), total.tags);
  for (let i = 0; i < 100; i++) {
    counter.add(0.1 * (i + 1));
    assert.equal(tracker.take(total).length, 1);
    assert.equal(tracker.take(total).length, 0);
  }
});

Deno.test("the changes of trends are those of their samples, to the bucket", () => {
  const seed = freshSeed();
  const random = seeded(seed);
  const total = new Registry();
  const tracker = new ChangeTracker();
  const trend = total.sink(metricOf("t"), total.tags);
  const sum = emptyAggregate("trend");
  for (let look = 0; look < 60; look++) {
    const expected = new Histogram();
    for (let i = Math.floor(random() * 20); i > 0; i--) {
      const value = Math.floor(random() * 5) === 0 ? 0 : (random() - 0.3) * 10 ** (random() * 6);
      expected.add(value);
      trend.add(value);
    }
    const [found] = tracker.take(total);
    if (expected.count === 0) {
      assert.equal(found, undefined);
      continue;
    }
    const change: Aggregate = found!.change;
    assert.ok(change.type === "trend");
    const { histogram } = change;
    const message = `seed ${seed}, look ${look}`;
    assert.deepEqual([...histogram.buckets()], [...expected.buckets()], message);
    assert.equal(histogram.count, expected.count, message);
    assert.ok(
      Math.abs(histogram.sum - expected.sum) <= 1e-6 * (1 + Math.abs(sum.histogram.sum) + 1e6),
    );
    const near = (a: number, b: number) => Math.abs(a - b) <= Math.abs(b) / 100 + 1e-12;
    assert.ok(near(histogram.min, expected.min) && near(histogram.max, expected.max), message);
    mergeAggregate(sum, change);
  }
  const all = total.select("t");
  assert.ok(all?.type === "trend");
  assert.deepEqual([...sum.histogram.buckets()], [...all.histogram.buckets()]);
});
