import assert from "node:assert/strict";
import { type MetricType, Registry } from "../metrics/mod.ts";
import { heatBounds, heatBucket } from "./heat.ts";
import type { Timeline, TimelineSeries } from "./record.ts";
import { duration, seeded } from "./record_for_tests.ts";
import { TimelineRecorder } from "./timeline.ts";

/** A registry with a way to add samples to it. */
function filled() {
  const metrics = new Registry();
  const add = (name: string, type: MetricType, value: number, tags: Record<string, string> = {}) =>
    metrics.sink({ name, type, contains: "default" }, metrics.tags.withAll(tags)).add(value);
  return { metrics, add };
}

function find(timeline: Timeline, metric: string, tags: Record<string, string> = {}) {
  const key = JSON.stringify(tags);
  const found = timeline.series.find((one) =>
    one.metric === metric && JSON.stringify(one.tags) === key
  );
  assert.ok(found, `${metric} ${key}`);
  return found;
}

const sum = (series: TimelineSeries, column: string): number =>
  series.columns[column]!.reduce<number>((total, value) => total + (value ?? 0), 0);

Deno.test("each kind of metric has its columns, a step for each second, null where nothing was", () => {
  const { metrics, add } = filled();
  const recorder = new TimelineRecorder();
  add("orders", "counter", 3);
  add("checks", "rate", 1);
  add("checks", "rate", 0);
  add("vus", "gauge", 5);
  for (const ms of [1, 2, 3]) add("wait", "trend", ms);
  recorder.take(metrics, 1003);
  recorder.take(metrics, 2001);
  add("orders", "counter", 4);
  add("vus", "gauge", 2);
  recorder.take(metrics, 2998);
  const timeline = recorder.timeline();
  assert.deepEqual([timeline.stepMs, timeline.steps], [1000, 3]);
  assert.deepEqual(find(timeline, "orders").columns, { sum: [3, null, 4] });
  assert.deepEqual(find(timeline, "checks").columns, {
    passes: [1, null, null],
    total: [2, null, null],
  });
  assert.deepEqual(find(timeline, "vus").columns, {
    value: [5, 5, 2],
    min: [5, 5, 2],
    max: [5, 5, 2],
  });
  const wait = find(timeline, "wait");
  assert.deepEqual(wait.columns["count"], [3, null, null]);
  assert.deepEqual(wait.columns["p50"]![1], null);
  assert.deepEqual(wait.heat, [[heatBucket(1), 1, heatBucket(2), 1, heatBucket(3), 1], [], []]);
});

Deno.test("what comes after the last whole second is in the last step", () => {
  const { metrics, add } = filled();
  const recorder = new TimelineRecorder();
  add("orders", "counter", 1);
  recorder.take(metrics, 1000);
  add("orders", "counter", 1);
  recorder.take(metrics, 1100);
  assert.deepEqual(find(recorder.timeline(), "orders").columns, { sum: [1] });
  recorder.take(metrics, 1100, true);
  assert.deepEqual(find(recorder.timeline(), "orders").columns, { sum: [2] });
  assert.deepEqual(find(recorder.timeline(), "orders").columns, { sum: [2] }, "asked again");
});

Deno.test("the load is told apart by scenario, endpoint, status, error and protocol", () => {
  const { metrics, add } = filled();
  const recorder = new TimelineRecorder();
  const tags = { scenario: "s", name: "/a", method: "GET", status: "503", error_code: "1503" };
  add("http_reqs", "counter", 1, { ...tags, proto: "HTTP/1.1", other: "x" });
  add("http_req_duration", "trend", 1, tags);
  add("http_req_waiting", "trend", 1, tags);
  recorder.take(metrics, 1000);
  const parts = (metric: string) =>
    recorder.timeline().series.filter((one) => one.metric === metric).map((one) => one.tags);
  assert.deepEqual(parts("http_reqs"), [
    {},
    { scenario: "s" },
    { name: "/a", method: "GET" },
    { status: "503" },
    { error_code: "1503" },
    { proto: "HTTP/1.1" },
  ]);
  assert.deepEqual(parts("http_req_duration"), [{}, { scenario: "s" }, {
    name: "/a",
    method: "GET",
  }]);
  assert.deepEqual(parts("http_req_waiting"), [{}], "a phase is kept of the whole load only");
});

Deno.test("beyond fifty endpoints the rest is one, and nothing is lost", () => {
  const { metrics, add } = filled();
  const recorder = new TimelineRecorder();
  for (let n = 0; n < 80; n++) add("http_reqs", "counter", 1, { name: `/${n}`, method: "GET" });
  recorder.take(metrics, 1000);
  const timeline = recorder.timeline();
  const named = timeline.series.filter((one) => "name" in one.tags);
  assert.equal(named.length, 51);
  assert.equal(sum(find(timeline, "http_reqs", { name: "(other)" }), "sum"), 30);
  assert.equal(named.reduce((total, one) => total + sum(one, "sum"), 0), 80);
});

Deno.test("a long run has longer steps: sums stay exact, percentiles within an eighth", () => {
  const { metrics, add } = filled();
  const recorder = new TimelineRecorder({ steps: 60 });
  const random = seeded(7);
  const exact: number[][] = [];
  for (let second = 0; second < 700; second++) {
    const drift = 1 + second / 350;
    for (let n = 0; n < 20; n++) {
      const ms = duration(random, 10 * drift, 4);
      (exact[second >> 4] ??= []).push(ms);
      add("wait", "trend", ms, { scenario: "s" });
      add("orders", "counter", 1);
    }
    recorder.take(metrics, (second + 1) * 1000);
  }
  const timeline = recorder.timeline();
  assert.deepEqual([timeline.stepMs, timeline.steps], [16_000, 44]);
  assert.equal(sum(find(timeline, "orders"), "sum"), 14_000);
  for (const tags of [{}, { scenario: "s" }]) {
    const wait = find(timeline, "wait", tags);
    assert.equal(sum(wait, "count"), 14_000);
    for (const [step, values] of exact.entries()) {
      const sorted = values.sort((a, b) => a - b);
      for (const [name, p] of [["p50", 0.5], ["p90", 0.9], ["p99", 0.99]] as const) {
        const rank = p * (sorted.length - 1);
        const [below, above] = [sorted[Math.floor(rank)]!, sorted[Math.ceil(rank)]!];
        const found = wait.columns[name]![step]!;
        const isNear = found > below / 1.13 && found < above * 1.13;
        assert.ok(isNear, `step ${step} ${name}: ${found}, not ${below} to ${above}`);
      }
      assert.ok(Math.abs(wait.columns["max"]![step]! / sorted.at(-1)! - 1) < 0.01);
    }
  }
  const heat = find(timeline, "wait").heat!;
  const counted = heat.flat().filter((_, i) => i % 2 === 1).reduce((a, b) => a + b);
  assert.equal(counted, 14_000);
});

Deno.test("many series make steps longer before they are too many numbers", () => {
  const { metrics, add } = filled();
  const recorder = new TimelineRecorder({ numbers: 20_000, series: 40 });
  for (let second = 0; second < 500; second++) {
    for (let n = 0; n < 100; n++) add(`metric_${n}`, "trend", n + 1, { scenario: "s" });
    recorder.take(metrics, (second + 1) * 1000);
  }
  const timeline = recorder.timeline();
  assert.equal(timeline.series.length, 40);
  assert.ok(timeline.series.filter(({ tags }) => !("scenario" in tags)).length >= 10);
  const numbers = timeline.series.reduce(
    (total, one) => total + 8 * timeline.steps + (one.heat?.flat().length ?? 0),
    0,
  );
  assert.ok(numbers < 25_000, `${numbers} numbers`);
  for (const one of timeline.series) assert.equal(sum(one, "count"), 500, one.metric);
});

Deno.test("seconds that nobody looked at, and pauses, leave no second step and no loss", () => {
  const { metrics, add } = filled();
  const recorder = new TimelineRecorder({ steps: 4 });
  for (const elapsedMs of [1000, 1000, 3000, 9000, 9400]) {
    add("orders", "counter", 1);
    recorder.take(metrics, elapsedMs);
  }
  recorder.take(metrics, 9400, true);
  const timeline = recorder.timeline();
  assert.deepEqual([timeline.stepMs, timeline.steps], [4000, 3]);
  assert.deepEqual(find(timeline, "orders").columns, { sum: [3, null, 2] });
});

Deno.test("a heat bucket holds its bounds, an eighth of an octave wide", () => {
  const random = seeded(3);
  for (let n = 0; n < 2000; n++) {
    const value = 2 ** (random() * 56 - 18);
    const [from, to] = heatBounds(heatBucket(value));
    assert.ok(from <= value && value < to && to / from <= 1.125 + 1e-9, `${value}: ${from} ${to}`);
  }
  for (const value of [-5, 0, 1e-9]) assert.equal(heatBucket(value), 0);
  assert.equal(heatBucket(1e300), heatBucket(2 ** 40));
});

Deno.test("iterations that start late are counted by step, from the totals that are told", () => {
  const recorder = new TimelineRecorder();
  const metrics = new Registry();
  for (const [elapsedMs, late] of [[1000, 0], [2000, 3], [3000, 3], [4000, 10]] as const) {
    recorder.take(metrics, elapsedMs, false, late);
  }
  assert.deepEqual(find(recorder.timeline(), "late_iterations").columns, {
    sum: [null, 3, null, 7],
  });
});
