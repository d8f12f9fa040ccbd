import assert from "node:assert/strict";
import { freshSeed, seeded } from "./_random_for_tests.ts";
import { Histogram } from "./histogram.ts";
import { Registry } from "./registry.ts";
import { restoreHistogram, restoreSeries } from "./restore.ts";

/** What a record has of a histogram. */
function written(histogram: Histogram) {
  const buckets = [...histogram.buckets()].flatMap(([lower, upper, count]) => [
    upper <= 0 ? upper : lower,
    count,
  ]);
  const { sum, min, max } = histogram;
  return { sum, min, max, buckets };
}

Deno.test("a histogram that was written down counts the same when it is restored", () => {
  const seed = freshSeed();
  const random = seeded(seed);
  for (let round = 0; round < 50; round++) {
    const histogram = new Histogram();
    for (let n = Math.floor(random() * 200); n > 0; n--) {
      const size = 2 ** (random() * 140 - 60);
      histogram.add(random() < 0.1 ? 0 : random() < 0.3 ? -size : size);
    }
    const restored = restoreHistogram(written(histogram));
    assert.deepEqual([...restored.buckets()], [...histogram.buckets()], `seed ${seed}`);
    for (const p of [0, 1, 50, 99, 99.9, 100]) {
      assert.equal(restored.percentile(p), histogram.percentile(p), `seed ${seed} p${p}`);
    }
    assert.deepEqual(written(restored), written(histogram), `seed ${seed}`);
  }
});

Deno.test("restored series add up in a registry, and a gauge has the value that came last", () => {
  const metrics = new Registry();
  const orders = { name: "orders", type: "counter", contains: "default" } as const;
  restoreSeries(metrics, orders, { shop: "a" }, { type: "counter", total: 2 });
  restoreSeries(metrics, orders, { shop: "a" }, { type: "counter", total: 3 });
  restoreSeries(metrics, orders, { shop: "b" }, { type: "counter", total: 4 });
  assert.deepEqual(metrics.select("orders", { shop: "a" }), { type: "counter", total: 5 });
  assert.deepEqual(metrics.select("orders"), { type: "counter", total: 9 });
  const level = { name: "level", type: "gauge", contains: "default" } as const;
  restoreSeries(metrics, level, {}, { type: "gauge", value: 7, min: 1, max: 9 });
  assert.deepEqual(metrics.select("level"), { type: "gauge", value: 7, min: 1, max: 9 });
});
