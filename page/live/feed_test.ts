import assert from "node:assert/strict";
import { Histogram, Registry } from "../../metrics/mod.ts";
import { fakeRecord } from "../../results/record_for_tests.ts";
import { resultOf } from "../../results/mod.ts";
import type { RunProgress, RunStatus, ShardView } from "../../runner/mod.ts";
import { applyTick, type Told } from "../client/live/apply.ts";
import { EventParser } from "../client/live/event_stream.ts";
import { statOf } from "../data/views.ts";
import { LiveFeed } from "./feed.ts";
import { eventText } from "./messages.ts";

/** A run that goes on by hand. */
export function handRun(shards: readonly ShardView[] = []) {
  const metrics = new Registry();
  let [now, elapsedMs] = [0, 0];
  const status = (): RunStatus => ({
    ...{ phase: "running", paused: false, elapsedMs, totalMs: 60_000, vus: 2, vusMax: 3 },
    iterations: resultOf(fakeRecord({ seconds: 1 })).iterations,
    ...{ stopped: false, exitCode: 0, thresholds: [], steered: {}, shards },
  });
  const feed = new LiveFeed({ name: "by hand", handle: { status } }, () => now);
  feed.planned(resultOf(fakeRecord({ seconds: 1 })).options);
  return {
    feed,
    metrics,
    second(requests: number, status = "200"): void {
      [now, elapsedMs] = [now + 1000, elapsedMs + 1000];
      const tags = metrics.tags.withAll({ status, name: "/a", method: "GET" });
      const reqs = metrics.sink({ name: "http_reqs", type: "counter", contains: "default" }, tags);
      const time = metrics.sink(
        { name: "http_req_duration", type: "trend", contains: "time" },
        tags,
      );
      for (let n = 0; n < requests; n++) {
        reqs.add(1);
        time.add(n + 1);
      }
      feed.progress({ ...statusProgress(), metrics });
    },
  };
  function statusProgress(): Omit<RunProgress, "metrics"> {
    const { phase, paused, totalMs, vus, vusMax, iterations } = status();
    return { phase, paused, elapsedMs, totalMs, vus, vusMax, iterations, shards: [] };
  }
}

Deno.test("a page that takes every tick knows what one knows that was told everything at once", () => {
  const { feed, second, metrics } = handRun();
  const early = feed.hello();
  let told: Told = { data: early.data, lines: early.lines };
  for (let n = 0; n < 20; n++) {
    // A status, and a metric, that come up later than others.
    second(n % 3 === 2 ? 0 : 5, n < 10 ? "200" : "500");
    if (n === 12) {
      metrics.sink({ name: "checks", type: "rate", contains: "default" }, metrics.tags).add(1);
    }
    feed.log({ level: "info", text: `line ${n}`, source: "script" });
    told = applyTick(told, feed.tick()!);
  }
  const { data, lines } = feed.hello();
  assert.equal(told.lines, lines);
  assert.deepEqual(told.data.log, data.log);
  assert.deepEqual(told.data.now, data.now);
  const key = ({ metric, tags }: { metric: string; tags: unknown }) =>
    JSON.stringify([metric, tags]);
  const sorted = (all: typeof data.timeline.series) =>
    [...all].sort((a, b) => key(a) < key(b) ? -1 : 1);
  assert.deepEqual(sorted(told.data.timeline.series), sorted(data.timeline.series));
  assert.equal(statOf(told.data.now, "http_reqs", "count"), 70);
});

Deno.test("a page that came late takes no line and no step twice", () => {
  const { feed, second } = handRun();
  second(3);
  feed.log({ level: "info", text: "one", source: "script" });
  assert.notEqual(feed.tick(), null);
  second(3);
  feed.log({ level: "info", text: "two", source: "script" });
  const late = feed.hello();
  const told = applyTick({ data: late.data, lines: late.lines }, feed.tick()!);
  assert.deepEqual(told.data.log.map(({ text }) => text), ["one", "two"]);
  const counted = told.data.timeline.series.find(({ metric }) => metric === "http_reqs")!;
  assert.deepEqual(counted.columns["sum"], [3, 3]);
});

Deno.test("a page hears of calls that failed when there are more, and has all of them", () => {
  const { feed, second, metrics } = handRun();
  const failure = {
    ...{ kind: "status 503", method: "GET", url: "http://h/", status: 503, message: "" },
    ...{ body: "busy", note: "" },
  };
  second(1);
  let told: Told = { data: feed.hello().data, lines: 0 };
  assert.equal(feed.tick()!.samples, null);
  for (const count of [1, 2]) {
    metrics.failures.add(failure);
    second(1);
    const tick = feed.tick()!;
    assert.equal(tick.samples?.length, count);
    told = applyTick(told, tick);
  }
  second(1);
  told = applyTick(told, feed.tick()!);
  assert.deepEqual(told.data.samples, [failure, failure]);
  assert.deepEqual(feed.hello().data.samples, told.data.samples);
});

Deno.test("a shard's histogram is told while the run goes on, as far as it has come", () => {
  const durations = new Histogram();
  const [ended] = resultOf(fakeRecord({ seconds: 1 })).shards;
  const { feed, second } = handRun([{ ...ended!, state: "running", durations }]);
  for (const count of [1, 2]) {
    durations.add(5 * count);
    second(1);
    const row = feed.tick()!.now.rows.find(({ table }) => table === "shard")!;
    assert.equal(row.times!.max, 5 * count);
    assert.equal(feed.shape(row.key)!.count, count);
  }
});

Deno.test("ticks keep their distance, the more they cost the more", () => {
  const { feed, second } = handRun();
  second(1);
  assert.notEqual(feed.tick(), null);
  assert.equal(feed.tick(), null, "no time has passed");
  second(1);
  assert.notEqual(feed.tick(), null);
});

Deno.test("a step that grew makes the timeline anew", () => {
  const { feed, second } = handRun();
  const early = feed.hello();
  let told: Told = { data: early.data, lines: early.lines };
  for (let n = 0; n < 1802; n++) {
    second(1);
    const tick = feed.tick();
    if (tick !== null) told = applyTick(told, tick);
  }
  const { timeline } = told.data;
  assert.equal(timeline.stepMs, 2000);
  const sums = timeline.series.find(({ metric }) => metric === "http_reqs")!.columns["sum"]!;
  assert.equal(sums.length, timeline.steps);
  assert.equal(sums.reduce<number>((a, b) => a + (b ?? 0), 0), 1802);
});

Deno.test("before the run has options, a page is told that it starts", () => {
  const { feed } = handRun();
  const { data } = feed.hello();
  assert.deepEqual([data.now.rows, data.timeline.steps], [[], 0]);
  assert.equal(feed.shape("x"), null);
});

Deno.test("events are whole however their stream is cut", () => {
  const { feed, second } = handRun();
  second(2);
  const text = eventText("hello", feed.hello()) + eventText("state", feed.state());
  for (let cut = 0; cut <= text.length; cut += 7) {
    const parser = new EventParser();
    const events = [...parser.push(text.slice(0, cut)), ...parser.push(text.slice(cut))];
    assert.deepEqual(events.map(({ event }) => event), ["hello", "state"]);
    assert.equal(JSON.parse(events[1]!.data).elapsedMs, 1000);
  }
});
