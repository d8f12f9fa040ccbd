import assert from "node:assert/strict";
import { type Context, Counter, Gauge, MetricError, newContext, Rate, Registry } from "./mod.ts";
import { runInContext, Trend } from "./mod.ts";

function code(expected: string): (error: unknown) => boolean {
  return (error) => error instanceof MetricError && error.code === expected;
}

function within<T>(fn: (context: Context, registry: Registry) => T): Registry {
  const registry = new Registry();
  const context = newContext(registry);
  runInContext(context, () => fn(context, registry));
  return registry;
}

Deno.test("each class records its kind and unit", () => {
  const registry = within(() => {
    const counter = new Counter("orders");
    counter.add(2);
    counter.add(0.5);
    new Gauge("queue").add(3);
    new Gauge("lag", true).add(-1);
    const rate = new Rate("ok");
    for (const value of [true, false, 1, 0, -2]) rate.add(value);
    new Trend("wait", true).add(12);
    new Trend("size").add(0);
    assert.equal(counter.name, "orders");
  });
  assert.deepEqual([...registry.metrics()], [
    { name: "orders", type: "counter", contains: "default" },
    { name: "queue", type: "gauge", contains: "default" },
    { name: "lag", type: "gauge", contains: "time" },
    { name: "ok", type: "rate", contains: "default" },
    { name: "wait", type: "trend", contains: "time" },
    { name: "size", type: "trend", contains: "default" },
  ]);
  assert.deepEqual(registry.select("orders"), { type: "counter", total: 2.5 });
  assert.deepEqual(registry.select("queue"), { type: "gauge", value: 3, min: 3, max: 3 });
  assert.deepEqual(registry.select("ok"), { type: "rate", passes: 3, total: 5 });
});

Deno.test("a sample goes where the script is when it adds, not where it made the metric", async () => {
  let counter: Counter | undefined;
  const first = within(() => counter = new Counter("orders"));
  const second = new Registry();
  const tags = second.tags.with("scenario", "b");
  const context = newContext(second, tags);
  await runInContext(context, async () => {
    await Promise.resolve();
    counter!.add(1);
    runInContext({ ...context, tags: tags.with("group", "::in") }, () => counter!.add(10));
    counter!.add(100);
    counter!.add(1000, { kind: "big", scenario: "c" });
  });
  assert.equal(first.select("orders"), undefined);
  const total = (where: Record<string, string>) => {
    const found = second.select("orders", where);
    return found?.type === "counter" ? found.total : undefined;
  };
  assert.equal(total({ scenario: "b" }), 111);
  assert.equal(total({ scenario: "b", group: "::in" }), 10);
  assert.equal(total({ scenario: "c", kind: "big" }), 1000);
});

Deno.test("values that a metric can't have are refused, naming metric and value", () => {
  const registry = within(() => {
    const counter = new Counter("orders");
    const gauge = new Gauge("queue");
    const rate = new Rate("ok");
    const trend = new Trend("wait");
    for (const bad of [NaN, Infinity, undefined, null, "3", {}]) {
      const value = bad as number;
      for (const metric of [counter, gauge, rate, trend]) {
        assert.throws(() => metric.add(value), code("value_invalid"), String(bad));
      }
    }
    assert.throws(
      () => counter.add(-1),
      /^MetricError: Can't add to the counter orders: -1 \(it takes a number from 0 up\)$/,
    );
    assert.throws(() => trend.add(NaN), /Can't add to the trend wait: NaN/);
  });
  assert.deepEqual([...registry.metrics()], []);
});

Deno.test("a name is checked, and one taken by another kind is refused where the metric is made", () => {
  within(() => {
    for (const name of ["", "a-b", "9lives", "x".repeat(129), undefined as unknown as string]) {
      assert.throws(() => new Trend(name), code("name_invalid"));
    }
    new Trend("wait", true);
    assert.ok(new Trend("wait", true));
    assert.throws(() => new Trend("wait"), code("metric_conflict"));
    assert.throws(() => new Counter("wait"), /wait a counter: it is a trend of time/);
  });
});

Deno.test("a metric is known as soon as it is made", () => {
  const registry = within(() => new Rate("ok"));
  assert.deepEqual(registry.metric("ok"), { name: "ok", type: "rate", contains: "default" });
});

Deno.test("outside of a run, metrics work and go to a registry of the process", () => {
  new Counter("outside_of_a_run").add(1);
});
