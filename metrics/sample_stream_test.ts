import assert from "node:assert/strict";
import { freshSeed, seeded } from "./_random_for_tests.ts";
import { handStream, metricOf, type PlainSample, plainSamples } from "./_samples_for_tests.ts";
import { newContext, runInContext } from "./context.ts";
import { Registry } from "./registry.ts";
import { SampleDecoder } from "./sample_decoder.ts";
import { Trend } from "./trend.ts";

const REQS = metricOf("reqs", "counter");
const TIME = metricOf("time", "trend", "time");

Deno.test("every sample comes out with its series, its time and its value", async () => {
  const registry = new Registry();
  const { stream, at } = handStream(registry);
  const total = new Registry();
  const decoder = new SampleDecoder(total);
  const plain = registry.sink(REQS, registry.tags);
  const tagged = registry.sink(TIME, registry.tags.withAll({ url: "/a", status: "200" }));
  at.ms = 1_700_000_000_000.5;
  plain.add(1);
  tagged.add(0.25);
  await at.move(at.ms + 2.125);
  tagged.add(-3);
  const first = decoder.decode(stream.take());
  assert.deepEqual(plainSamples(first), [
    ["reqs", "", 1_700_000_000_000_500, 1],
    ["time", "status=200,url=/a", 1_700_000_000_000_500, 0.25],
    ["time", "status=200,url=/a", 1_700_000_000_002_625, -3],
  ]);
  const series = first.series[1];
  assert.equal(series?.metric.contains, "time");
  tagged.add(7);
  const second = decoder.decode(stream.take());
  assert.deepEqual(plainSamples(second).map(([, , , value]) => value), [7]);
  assert.equal(second.series[0], series, "a series is the same object in all batches");
});

Deno.test("samples are still added up, and those that are not finite are passed over", () => {
  const registry = new Registry();
  const { stream } = handStream(registry);
  const sink = registry.sink(REQS, registry.tags);
  for (const value of [2, NaN, Infinity, -Infinity, 3]) sink.add(value);
  assert.deepEqual(registry.select("reqs"), { type: "counter", total: 5 });
  assert.equal(registry.rejected, 3);
  const batch = new SampleDecoder(new Registry()).decode(stream.take());
  assert.deepEqual(plainSamples(batch).map(([, , , value]) => value), [2, 3]);
});

Deno.test("decoding makes the series known and counts nothing", () => {
  const registry = new Registry();
  const { stream } = handStream(registry);
  registry.sink(REQS, registry.tags).add(2);
  const total = new Registry();
  new SampleDecoder(total).decode(stream.take());
  assert.deepEqual([...total.metrics()], []);
  assert.deepEqual(total.metric("reqs"), REQS);
});

Deno.test("a script's metrics are streamed, and without a stream a sink is the series itself", () => {
  const registry = new Registry();
  const before = registry.sink(REQS, registry.tags);
  const { stream } = handStream(registry);
  assert.equal(typeof Object.getOwnPropertyDescriptor(before, "aggregate")?.value, "object");
  runInContext(newContext(registry), () => new Trend("basket").add(5, { page: "home" }));
  before.add(1);
  assert.deepEqual(
    plainSamples(new SampleDecoder(new Registry()).decode(stream.take())),
    [["basket", "page=home", 0, 5]],
    "a sink from before the stream is not listened to",
  );
});

Deno.test("a look-up gives the same sink each time", () => {
  const registry = new Registry();
  handStream(registry);
  const tags = registry.tags.with("a", "b");
  assert.equal(registry.sink(REQS, tags), registry.sink(REQS, tags));
});

Deno.test("a clock that goes back stands still until it is where it was", async () => {
  const registry = new Registry();
  const { stream, at } = handStream(registry);
  const sink = registry.sink(REQS, registry.tags);
  const decoder = new SampleDecoder(new Registry());
  const times = (batch: Uint8Array) =>
    plainSamples(decoder.decode(batch)).map(([, , time]) => time);
  for (const ms of [5, 3, 6]) {
    await at.move(ms);
    sink.add(1);
  }
  assert.deepEqual(times(stream.take()), [5000, 5000, 6000]);
  await at.move(1);
  sink.add(1);
  assert.deepEqual(times(stream.take()), [6000]);
});

Deno.test("samples that come at once share a time, sixteen at most", async () => {
  const registry = new Registry();
  const { stream, at } = handStream(registry);
  const sink = registry.sink(REQS, registry.tags);
  const decoder = new SampleDecoder(new Registry());
  const times = () => plainSamples(decoder.decode(stream.take())).map(([, , time]) => time / 1000);
  for (let i = 0; i < 18; i++) {
    at.ms = i;
    sink.add(1);
  }
  assert.deepEqual(times(), [...Array(16).fill(0), 16, 16]);
  await at.move(100);
  sink.add(1);
  at.ms = 101;
  sink.add(1);
  assert.deepEqual(times(), [100, 100], "over the border of a batch too");
  await at.move(200);
  sink.add(1);
  assert.deepEqual(times(), [200]);
});

Deno.test("nothing pends before the first sample and after a take", () => {
  const registry = new Registry();
  const { stream } = handStream(registry);
  assert.equal(stream.pending, false);
  assert.equal(stream.take().length, 0);
  registry.sink(REQS, registry.tags).add(1);
  assert.equal(stream.pending, true);
  stream.take();
  assert.equal(stream.pending, false);
});

Deno.test("what was discarded is told, and its series are introduced anew", () => {
  const registry = new Registry();
  const { stream } = handStream(registry);
  const decoder = new SampleDecoder(new Registry());
  const [a, b, c] = ["a", "b", "c"].map((name) => registry.sink(metricOf(name), registry.tags));
  a!.add(1);
  decoder.decode(stream.take());
  b!.add(2);
  c!.add(3);
  stream.discard();
  assert.equal(stream.lost, 2);
  c!.add(4);
  a!.add(5);
  b!.add(6);
  const names = plainSamples(decoder.decode(stream.take()));
  assert.deepEqual(names, [["c", "", 0, 4], ["a", "", 0, 5], ["b", "", 0, 6]]);
  assert.equal(decoder.lost, 2);
});

Deno.test("a loss is told when no sample comes after it", () => {
  const registry = new Registry();
  const { stream } = handStream(registry);
  const decoder = new SampleDecoder(new Registry());
  registry.sink(REQS, registry.tags).add(1);
  stream.discard();
  assert.equal(stream.pending, true);
  assert.equal(decoder.decode(stream.take()).length, 0);
  assert.equal(decoder.lost, 1);
  assert.equal(stream.pending, false);
});

Deno.test("a full batch calls for being taken; one that nobody takes is discarded", () => {
  const registry = new Registry();
  const taken: Uint8Array[] = [];
  let take = true;
  const { stream } = handStream(registry, {
    onFull: (full) => void (take && taken.push(full.take())),
  });
  const sink = registry.sink(TIME, registry.tags);
  while (taken.length < 3) sink.add(0.1);
  assert.ok(taken.every(({ length }) => length >= 64 * 1024 && length < 65 * 1024));
  take = false;
  let added = 0;
  for (; stream.lost === 0; added++) sink.add(0.1);
  assert.equal(stream.lost, added);
  assert.equal(stream.pending, true);
  const decoder = new SampleDecoder(new Registry());
  for (const batch of [...taken, stream.take()]) decoder.decode(batch);
  assert.equal(decoder.lost, added);
});

Deno.test("any samples in any series come out as they went in, whatever is discarded", async () => {
  const seed = freshSeed();
  const random = seeded(seed);
  const below = (bound: number) => Math.floor(random() * bound);
  for (let round = 0; round < 40; round++) {
    const registry = new Registry();
    const { stream, at } = handStream(registry);
    const decoder = new SampleDecoder(new Registry());
    at.ms = below(2 ** 41);
    let expected: PlainSample[] = [];
    let lost = 0;
    for (let step = 0; step < 300; step++) {
      const [name, tag] = [`m${below(5)}`, `v${below(90)}`];
      const value = [below(3), 0 - below(1000), random(), 2 ** 53, 2 ** 50, -1e300][below(6)]!;
      if (below(3) > 0) await at.move(at.ms + random());
      registry.sink(metricOf(name), registry.tags.with("tag", tag)).add(value);
      expected.push([name, `tag=${tag}`, Math.floor(at.ms * 1000), value]);
      const dice = below(20);
      if (dice === 0) {
        stream.discard();
        lost += expected.length;
        expected = [];
      } else if (dice === 1) {
        assert.deepEqual(plainSamples(decoder.decode(stream.take())), expected, `seed ${seed}`);
        assert.equal(decoder.lost, lost);
        expected = [];
      }
    }
  }
});
