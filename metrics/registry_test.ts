import assert from "node:assert/strict";
import { MetricError } from "./errors.ts";
import type { Metric } from "./metric.ts";
import { Registry } from "./registry.ts";

const REQS: Metric = { name: "http_reqs", type: "counter", contains: "default" };
const DURATION: Metric = { name: "http_req_duration", type: "trend", contains: "time" };
const FAILED: Metric = { name: "http_req_failed", type: "rate", contains: "default" };
const VUS: Metric = { name: "vus", type: "gauge", contains: "default" };

function code(expected: string): (error: unknown) => boolean {
  return (error) => error instanceof MetricError && error.code === expected;
}

Deno.test("a series has one sink, also for an equal metric made elsewhere", () => {
  const registry = new Registry();
  const tags = registry.tags.with("status", "200");
  const sink = registry.sink(REQS, tags);
  assert.equal(registry.sink({ ...REQS }, tags), sink);
  assert.notEqual(registry.sink(REQS, registry.tags), sink);
});

Deno.test("each kind adds up in its way", () => {
  const registry = new Registry();
  for (const value of [1, 2, 0.5]) registry.sink(REQS, registry.tags).add(value);
  for (const value of [4, 9, 6]) registry.sink(VUS, registry.tags).add(value);
  for (const value of [1, 0, 0, 1, 1]) registry.sink(FAILED, registry.tags).add(value);
  for (const value of [10, 20]) registry.sink(DURATION, registry.tags).add(value);
  assert.deepEqual(registry.select("http_reqs"), { type: "counter", total: 3.5 });
  assert.deepEqual(registry.select("vus"), { type: "gauge", value: 6, min: 4, max: 9 });
  assert.deepEqual(registry.select("http_req_failed"), { type: "rate", passes: 3, total: 5 });
  const trend = registry.select("http_req_duration");
  assert.ok(trend?.type === "trend");
  assert.equal(trend.histogram.sum, 30);
});

Deno.test("select merges the series that have all wanted tags, into a fresh aggregate", () => {
  const registry = new Registry();
  const { tags } = registry;
  registry.sink(DURATION, tags.withAll({ status: "200", name: "a" })).add(1);
  registry.sink(DURATION, tags.withAll({ status: "200", name: "b" })).add(2);
  registry.sink(DURATION, tags.withAll({ status: "500", name: "b" })).add(4);
  const sum = (where?: Record<string, string>) => {
    const found = registry.select("http_req_duration", where);
    return found?.type === "trend" ? found.histogram.sum : undefined;
  };
  assert.equal(sum(), 7);
  assert.equal(sum({ status: "200" }), 3);
  assert.equal(sum({ name: "b" }), 6);
  assert.equal(sum({ name: "b", status: "500" }), 4);
  assert.equal(sum({ name: "c" }), undefined);
  assert.equal(sum({ group: "" }), undefined);
  const taken = registry.select("http_req_duration", { name: "a" });
  assert.ok(taken?.type === "trend");
  taken.histogram.clear();
  assert.equal(sum(), 7);
});

Deno.test("a gauge over several series has the value that was set last", () => {
  const registry = new Registry();
  const a = registry.sink(VUS, registry.tags.with("scenario", "a"));
  const b = registry.sink(VUS, registry.tags.with("scenario", "b"));
  b.add(7);
  a.add(3);
  assert.deepEqual(registry.select("vus"), { type: "gauge", value: 3, min: 3, max: 7 });
  b.add(5);
  assert.deepEqual(registry.select("vus"), { type: "gauge", value: 5, min: 3, max: 7 });
});

Deno.test("a metric is known from the first look-up, and listed from its first sample", () => {
  const registry = new Registry();
  const sink = registry.sink(REQS, registry.tags);
  registry.sink(FAILED, registry.tags).add(0);
  assert.deepEqual(registry.metric("http_reqs"), REQS);
  assert.equal(registry.metric("nope"), undefined);
  assert.equal(registry.select("http_reqs"), undefined);
  assert.equal(registry.select("nope"), undefined);
  assert.deepEqual([...registry.series("http_reqs")], []);
  assert.deepEqual([...registry.metrics()], [FAILED]);
  sink.add(0);
  assert.deepEqual([...registry.metrics()], [REQS, FAILED]);
  assert.deepEqual(registry.select("http_reqs"), { type: "counter", total: 0 });
  const [series] = [...registry.series("http_reqs")];
  assert.deepEqual([series!.metric, series!.tags], [REQS, registry.tags]);
});

Deno.test("a name taken by another kind or unit is refused, naming both", () => {
  const registry = new Registry();
  registry.sink(REQS, registry.tags);
  assert.throws(
    () => registry.sink({ ...REQS, type: "trend" }, registry.tags),
    /Can't make the metric http_reqs a trend: it is a counter/,
  );
  assert.throws(
    () => registry.sink({ ...REQS, contains: "data" }, registry.tags),
    code("metric_conflict"),
  );
});

Deno.test("a metric's name and kind are checked", () => {
  const registry = new Registry();
  const bad = ["", "1st", "a-b", "a b", "x".repeat(129), "naïve"];
  for (const name of bad) {
    assert.throws(() => registry.sink({ ...REQS, name }, registry.tags), code("name_invalid"));
  }
  assert.ok(registry.sink({ ...REQS, name: "_" + "x".repeat(127) }, registry.tags));
  assert.throws(
    () => registry.sink({ ...REQS, type: "sum" as "counter" }, registry.tags),
    /counter, gauge, rate, trend/,
  );
});

Deno.test("series beyond the limit go to the metric without tags, counted and told once", () => {
  const registry = new Registry({ maxSeries: 5 });
  for (let i = 0; i < 20; i++) {
    registry.sink(REQS, registry.tags.with("name", `${i}`)).add(1);
    registry.sink(VUS, registry.tags.with("name", `${i}`)).add(i);
  }
  assert.deepEqual(registry.select("http_reqs"), { type: "counter", total: 20 });
  assert.deepEqual([...registry.series("http_reqs")].length, 4);
  assert.deepEqual(registry.select("http_reqs", { name: "2" }), { type: "counter", total: 1 });
  assert.equal(registry.overflowed, 35);
  assert.deepEqual(registry.warnings.map((warning) => warning.code), ["series"]);
});

Deno.test("the number of metrics has a limit", () => {
  const registry = new Registry();
  assert.throws(() => {
    for (let i = 0; i < 3000; i++) registry.sink({ ...REQS, name: `m${i}` }, registry.tags);
  }, code("metric_limit"));
});

Deno.test("samples that are not finite don't throw, don't count, and are told of once a metric", () => {
  const registry = new Registry();
  for (const metric of [REQS, DURATION, FAILED, VUS]) {
    for (const value of [NaN, Infinity, -Infinity]) {
      registry.sink(metric, registry.tags).add(value);
    }
    assert.equal(registry.select(metric.name), undefined);
  }
  assert.equal(registry.rejected, 12);
  assert.equal(registry.warnings.length, 4);
  assert.ok(registry.warnings.every((warning) => warning.code === "not_finite"));
});

Deno.test("tags of another registry are taken as what they say", () => {
  const foreign = new Registry().tags.with("status", "200");
  const registry = new Registry();
  const sink = registry.sink(REQS, foreign);
  assert.equal(sink, registry.sink(REQS, registry.tags.with("status", "200")));
});

Deno.test("values of tags are recorded as they are redacted, before they are cut", () => {
  const asked: string[] = [];
  const registry = new Registry({
    redact: (value) => {
      asked.push(value);
      return value.replaceAll("secret", "***");
    },
  });
  const long = `${"x".repeat(1022)}secret`;
  const tags = registry.tags.withAll({ a: "a secret", b: "plain", c: long });
  assert.deepEqual(tags.entries, [["a", "a ***"], ["b", "plain"], ["c", `${"x".repeat(1022)}*…`]]);
  assert.equal(registry.tags.with("a", "a secret"), registry.tags.with("a", "a ***"));
  assert.equal(new Registry().tags.with("a", "secret").get("a"), "secret");
  assert.equal(asked.filter((value) => value === "plain").length, 1);
});

Deno.test("a registry takes what another holds, which keeps it", () => {
  const [into, from] = [new Registry(), new Registry()];
  for (const [registry, ms] of [[into, 10], [from, 30], [from, 50]] as const) {
    const tags = registry.tags.with("status", "200");
    registry.sink(REQS, tags).add(1);
    registry.sink(FAILED, tags).add(0);
    registry.sink(VUS, registry.tags).add(ms);
    registry.sink(DURATION, tags).add(ms);
  }
  from.sink(REQS, from.tags.with("status", "500")).add(4);
  into.merge(from);
  into.merge(new Registry());
  assert.deepEqual(into.select("http_reqs", { status: "200" }), { type: "counter", total: 3 });
  assert.deepEqual(into.select("http_reqs", { status: "500" }), { type: "counter", total: 4 });
  assert.deepEqual(into.select("http_req_failed"), { type: "rate", passes: 0, total: 3 });
  assert.deepEqual(into.select("vus"), { type: "gauge", value: 50, min: 10, max: 50 });
  const durations = into.select("http_req_duration");
  assert.ok(durations?.type === "trend");
  const { count, sum, min, max } = durations.histogram;
  assert.deepEqual([count, sum, min, max], [3, 90, 10, 50]);
  assert.deepEqual(from.select("http_reqs"), { type: "counter", total: 6 });
});
