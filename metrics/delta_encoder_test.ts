import assert from "node:assert/strict";
import { freshSeed, seeded } from "./_random_for_tests.ts";
import type { Aggregate } from "./aggregate.ts";
import { DeltaDecoder } from "./delta_decoder.ts";
import { DeltaEncoder } from "./delta_encoder.ts";
import type { Metric } from "./metric.ts";
import { Registry } from "./registry.ts";

const METRICS: readonly Metric[] = [
  { name: "http_reqs", type: "counter", contains: "default" },
  { name: "data_sent", type: "counter", contains: "data" },
  { name: "queue", type: "gauge", contains: "default" },
  { name: "http_req_failed", type: "rate", contains: "default" },
  { name: "http_req_duration", type: "trend", contains: "time" },
  { name: "balance", type: "trend", contains: "default" },
];

/** One sample of any metric with any of some tags, added to all the registries. */
function addRandom(random: () => number, ...registries: Registry[]): void {
  const metric = METRICS[Math.floor(random() * METRICS.length)]!;
  const [status, name] = [Math.floor(random() * 3), Math.floor(random() * 4)];
  const spread = 2 ** (random() * 40 - 20);
  const value = metric.type === "rate"
    ? Math.round(random())
    : metric.name === "http_reqs"
    ? Math.floor(random() * 1e6)
    : metric.name === "balance" && random() < 0.6
    ? (random() < 0.3 ? 0 : -spread)
    : spread;
  for (const registry of registries) {
    let tags = registry.tags;
    if (status > 0) tags = tags.with("status", `${status}00`);
    if (name > 0) tags = tags.with("name", `/päge/${name}`);
    registry.sink(metric, tags).add(value);
  }
}

/** All of a registry as plain data: sums apart, for they depend on the order of adding. */
function contents(registry: Registry): { exact: unknown; sums: Map<string, number> } {
  const exact: Record<string, unknown> = {};
  const sums = new Map<string, number>();
  for (const metric of registry.metrics()) {
    for (const { tags, aggregate } of registry.series(metric.name)) {
      const key = JSON.stringify([metric, tags.entries]);
      exact[key] = plain(aggregate);
      if (aggregate.type === "counter") sums.set(key, aggregate.total);
      if (aggregate.type === "trend") sums.set(key, aggregate.histogram.sum);
    }
  }
  return { exact: Object.fromEntries(Object.entries(exact).sort()), sums };
}

function plain(aggregate: Aggregate): unknown {
  switch (aggregate.type) {
    case "counter":
      return "counter";
    case "gauge":
      return { min: aggregate.min, max: aggregate.max };
    case "rate":
      return { ...aggregate };
    case "trend": {
      const { count, min, max } = aggregate.histogram;
      return { count, min, max, buckets: [...aggregate.histogram.buckets()] };
    }
  }
}

function assertSame(actual: Registry, expected: Registry, note: string): void {
  const [one, two] = [contents(actual), contents(expected)];
  assert.deepEqual(one.exact, two.exact, note);
  for (const [key, sum] of two.sums) {
    const other = one.sums.get(key)!;
    assert.ok(Math.abs(other - sum) <= 1e-9 * Math.max(1e6, Math.abs(sum)), `${key}: ${note}`);
  }
}

Deno.test("the merged deltas of any shards in any order equal one registry fed with everything", () => {
  for (let round = 0; round < 30; round++) {
    const seed = freshSeed();
    const random = seeded(seed);
    const whole = new Registry();
    const merged = new Registry();
    const shards = Array.from({ length: 1 + Math.floor(random() * 4) }, () => {
      const registry = new Registry();
      return {
        registry,
        encoder: new DeltaEncoder(registry),
        decoder: new DeltaDecoder(merged),
        queue: [] as Uint8Array[],
      };
    });
    for (let i = 0; i < 2000; i++) {
      const shard = shards[Math.floor(random() * shards.length)]!;
      addRandom(random, whole, shard.registry);
      if (random() < 0.01) shard.queue.push(shard.encoder.encode());
      // One shard's deltas keep their order; those of different shards mix.
      if (random() < 0.01) shard.queue.splice(0).forEach((delta) => shard.decoder.apply(delta));
    }
    for (const { encoder, decoder, queue } of shards.sort(() => random() - 0.5)) {
      queue.push(encoder.encode());
      for (const delta of queue) decoder.apply(delta);
      assert.equal(encoder.pending, false);
    }
    assertSame(merged, whole, `seed ${seed}`);
  }
});

Deno.test("deltas pass on through a registry in between unchanged", () => {
  const seed = freshSeed();
  const random = seeded(seed);
  const [whole, shard, agent, top] = [0, 1, 2, 3].map(() => new Registry()) as [
    Registry,
    Registry,
    Registry,
    Registry,
  ];
  const [fromShard, toAgent] = [new DeltaEncoder(shard), new DeltaDecoder(agent)];
  const [fromAgent, toTop] = [new DeltaEncoder(agent), new DeltaDecoder(top)];
  for (let i = 0; i < 3000; i++) {
    addRandom(random, whole, shard);
    if (i % 100 === 99) toAgent.apply(fromShard.encode());
    if (i % 250 === 249) toTop.apply(fromAgent.encode());
  }
  toAgent.apply(fromShard.encode());
  toTop.apply(fromAgent.encode());
  assertSame(top, whole, `seed ${seed}`);
});

Deno.test("sinks go on working after their registry was emptied", () => {
  const [shard, total] = [new Registry(), new Registry()];
  const [encoder, decoder] = [new DeltaEncoder(shard), new DeltaDecoder(total)];
  const sinks = METRICS.map((metric) => shard.sink(metric, shard.tags));
  for (let second = 1; second <= 3; second++) {
    for (const sink of sinks) sink.add(second);
    decoder.apply(encoder.encode());
    for (const metric of METRICS) assert.equal(shard.select(metric.name), undefined);
  }
  assert.deepEqual(total.select("http_reqs"), { type: "counter", total: 6 });
  assert.deepEqual(total.select("queue"), { type: "gauge", value: 3, min: 1, max: 3 });
  assert.deepEqual(total.select("http_req_failed"), { type: "rate", passes: 3, total: 3 });
  const trend = total.select("http_req_duration");
  assert.ok(trend?.type === "trend");
  assert.deepEqual([trend.histogram.count, trend.histogram.sum], [3, 6]);
});

Deno.test("nothing new makes an empty delta, and names travel once", () => {
  const registry = new Registry();
  const encoder = new DeltaEncoder(registry);
  assert.equal(encoder.pending, false);
  assert.equal(encoder.encode().length, 0);
  const sink = registry.sink(
    METRICS[0]!,
    registry.tags.with("name", "a rather long name of a page"),
  );
  sink.add(1);
  assert.equal(encoder.pending, true);
  const first = encoder.encode();
  assert.equal(encoder.encode().length, 0);
  sink.add(1);
  const second = encoder.encode();
  assert.ok(first.length > 40);
  assert.deepEqual([...second], [1, 1, 0, 0, 1, 2, 0]);
});

Deno.test("a metric is known on the other side before its first sample", () => {
  const [shard, total] = [new Registry(), new Registry()];
  shard.sink(METRICS[4]!, shard.tags);
  new DeltaDecoder(total).apply(new DeltaEncoder(shard).encode());
  assert.deepEqual(total.metric("http_req_duration"), METRICS[4]);
  assert.equal(total.select("http_req_duration"), undefined);
});

Deno.test("the gauge that was set last arrives as the last", () => {
  const [shard, total] = [new Registry(), new Registry()];
  const [a, b] = ["a", "b"].map((name) => shard.sink(METRICS[2]!, shard.tags.with("name", name)));
  b!.add(2);
  a!.add(1);
  new DeltaDecoder(total).apply(new DeltaEncoder(shard).encode());
  assert.deepEqual(total.select("queue"), { type: "gauge", value: 1, min: 1, max: 2 });
});

Deno.test("numbers of every size arrive as they were", () => {
  const sizes = [
    0,
    1,
    127,
    128,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 51,
    2 ** 51 + 1,
    2 ** 53,
    1.5,
    1e300,
    5e-324,
  ];
  for (const value of [...sizes, ...sizes.map((size) => -size)]) {
    const [shard, total] = [new Registry(), new Registry()];
    shard.sink(METRICS[0]!, shard.tags).add(value);
    shard.sink(METRICS[4]!, shard.tags).add(value);
    new DeltaDecoder(total).apply(new DeltaEncoder(shard).encode());
    const [counter, trend] = [total.select("http_reqs"), total.select("http_req_duration")];
    assert.ok(counter?.type === "counter" && trend?.type === "trend");
    assert.ok(counter.total === value, `${value} arrived as ${counter.total}`);
    assert.ok(trend.histogram.max === value && trend.histogram.sum === value, String(value));
  }
});

Deno.test("sums beyond the largest float arrive as the largest float", () => {
  const [shard, total] = [new Registry(), new Registry()];
  for (const metric of [METRICS[0]!, METRICS[4]!]) {
    for (let i = 0; i < 3; i++) shard.sink(metric, shard.tags).add(Number.MAX_VALUE);
  }
  new DeltaDecoder(total).apply(new DeltaEncoder(shard).encode());
  assert.deepEqual(total.select("http_reqs"), { type: "counter", total: Number.MAX_VALUE });
});

Deno.test("what one delta can't hold is left for the next, and nothing is lost", () => {
  const [shard, total] = [
    new Registry({ maxTagValues: 10_000 }),
    new Registry({ maxTagValues: 1e5 }),
  ];
  const [encoder, decoder] = [new DeltaEncoder(shard), new DeltaDecoder(total)];
  for (let i = 0; i < 9000; i++) {
    shard.sink(METRICS[0]!, shard.tags.with("name", `${i}`.padEnd(1000, "x"))).add(1);
  }
  const sizes: number[] = [];
  while (encoder.pending) {
    const delta = encoder.encode();
    sizes.push(delta.length);
    decoder.apply(delta);
  }
  assert.ok(sizes.length > 1);
  assert.ok(sizes.every((size) => size <= 16 * 1024 * 1024));
  assert.deepEqual(total.select("http_reqs"), { type: "counter", total: 9000 });
});
