import assert from "node:assert/strict";
import { freshSeed, seeded } from "./_random_for_tests.ts";
import { DeltaDecoder } from "./delta_decoder.ts";
import { DeltaEncoder } from "./delta_encoder.ts";
import { MetricError } from "./errors.ts";
import type { Metric } from "./metric.ts";
import { Registry } from "./registry.ts";

const REQS: Metric = { name: "r", type: "counter", contains: "default" };
const TREND: Metric = { name: "t", type: "trend", contains: "time" };
const RATE: Metric = { name: "f", type: "rate", contains: "default" };
const GAUGE: Metric = { name: "g", type: "gauge", contains: "default" };

function isMalformed(error: unknown): error is MetricError {
  return error instanceof MetricError && error.code === "delta_malformed";
}

/** Bytes of a delta from numbers and ASCII text. */
function bytes(...parts: (number | string | Uint8Array)[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === "number"
        ? [part]
        : typeof part === "string"
        ? [...new TextEncoder().encode(part)]
        : [...part]
    ),
  );
}

function float(value: number): Uint8Array {
  const eight = new Uint8Array(8);
  new DataView(eight.buffer).setFloat64(0, value, true);
  return bytes(1, eight);
}

/** Version, number 0, one metric of a kind (0 counter, 1 gauge, 2 rate, 3 trend), its series. */
function opening(kind: number): Uint8Array {
  return bytes(1, 0, 1, 1, "m", kind, 0, 0, 1, 0, 0);
}

const LONGEST = bytes(255, 255, 255, 255, 255, 255, 255, 15); // 2^53 - 1
const ONE = 64 * 128; // the bucket of 1
const BUCKET_OF_ONE = bytes((ONE & 127) | 128, ONE >> 7);

Deno.test("a delta made by hand is understood", () => {
  const registry = new Registry();
  new DeltaDecoder(registry).apply(bytes(
    bytes(1, 0, 1, 1, "m", 3, 1, 0), // the first delta, metric 0: m, a trend of times
    bytes(1, 1, 0, 1, "k", 0, 1, "v", 0), // series 0: metric 0, tags k = v
    bytes(1, 4, 2, 2, 0, 1, BUCKET_OF_ONE, 2, 0, 0), // sum 2, min 1, max 1, two in one bucket
  ));
  const found = registry.select("m", { k: "v" });
  assert.ok(found?.type === "trend");
  assert.deepEqual([...found.histogram.buckets()], [[1, 1 + 1 / 128, 2]]);
  assert.deepEqual([found.histogram.sum, found.histogram.max], [2, 1]);
});

const MALFORMED: Record<string, [delta: Uint8Array, why: RegExp]> = {
  "another version": [bytes(2, 0, 0, 0, 0), /version is 2/],
  "not the first": [bytes(1, 3, 0, 0, 0), /number 3, expected 0/],
  "no end": [bytes(1, 0, 0, 0), /ends early/],
  "more after the end": [bytes(1, 0, 0, 0, 0, 7), /goes on after its end/],
  "an over-long number": [bytes(1, 128, 0, 0, 0, 0), /longer than it needs/],
  "a number of 9 bytes": [bytes(1, ...Array(9).fill(255), 0), /more than 8 bytes/],
  "a number above 2^53": [bytes(1, ...Array(7).fill(255), 127), /above 2\^53/],
  "a strange mark": [bytes(1, 0, 2), /unknown mark/],
  "a metric of no kind": [bytes(1, 0, 1, 1, "m", 4, 0, 0, 0, 0), /unknown kind/],
  "a metric of no contents": [bytes(1, 0, 1, 1, "m", 0, 3, 0, 0, 0), /unknown kind/],
  "a metric's bad name": [bytes(1, 0, 1, 1, "-", 0, 0, 0, 0, 0), /no valid name/],
  "a string that isn't there": [bytes(1, 0, 1, 100, "m"), /ends early/],
  "a string of 4 GiB": [bytes(1, 0, 1, 255, 255, 255, 255, 15), /string of 4294967295 bytes/],
  "a string that is no UTF-8": [bytes(1, 0, 1, 1, 255, 0, 0, 0, 0, 0), /not UTF-8/],
  "a series of no metric": [bytes(1, 0, 0, 1, 0, 0, 0), /no metric has the id 0/],
  "a series of too many tags": [bytes(1, 0, 1, 1, "m", 0, 0, 0, 1, 129, 2), /257 tags/],
  "a tag of no string": [bytes(1, 0, 1, 1, "m", 0, 0, 0, 1, 1, 9), /no string has the id 8/],
  "a tag of no name": [bytes(1, 0, 1, 1, "m", 0, 0, 0, 1, 1, 0, 0, 0, 0), /no valid name/],
  "a sample of no series": [bytes(1, 0, 0, 0, 1, 2, 0), /no series has the id 0/],
  "a number of no form": [bytes(opening(0), 1, 3, 0), /unknown form/],
  "NaN": [bytes(opening(0), 1, float(NaN), 0), /NaN/],
  "infinity": [bytes(opening(0), 1, float(Infinity), 0), /Infinity/],
  "half a float": [bytes(opening(0), 1, 1, 0, 0), /ends early/],
  "a gauge below its smallest": [bytes(opening(1), 1, 2, 4, 8, 0), /beyond its bounds/],
  "more passes than outcomes": [bytes(opening(2), 1, 3, 2, 0), /passed 3 of 2/],
  "no outcomes": [bytes(opening(2), 1, 0, 0, 0), /passed 0 of 0/],
  "a trend of nothing": [bytes(opening(3), 1, 0, 0, 0, 0, 0, 0, 0), /0 values/],
  "too many buckets": [bytes(opening(3), 1, 0, 0, 0, 0, 129, 128, 1), /16385 buckets/],
  "a bucket too high": [bytes(opening(3), 1, 2, 2, 2, 0, 1, 128, 128, 1, 1, 0, 0), /number 16384/],
  "a bucket twice": [bytes(opening(3), 1, 2, 2, 2, 0, 2, 5, 1, 0, 1, 0, 0), /comes twice/],
  "an empty bucket": [bytes(opening(3), 1, 2, 2, 2, 0, 1, 5, 0, 0, 0), /is empty/],
  "too many values": [bytes(opening(3), 1, 0, 0, 0, LONGEST, 1, 5, 1, 0, 0), /values/],
  "a smallest in no bucket": [
    bytes(opening(3), 1, 2, 0, 2, 0, 1, BUCKET_OF_ONE, 1, 0, 0),
    /not in its buckets: 0, 1/,
  ],
  "a largest in no bucket": [
    bytes(opening(3), 1, 2, 2, 8, 0, 1, BUCKET_OF_ONE, 1, 0, 0),
    /not in its buckets: 1, 4/,
  ],
  "17 MiB": [new Uint8Array(17 * 1024 * 1024), /bytes, above/],
};

for (const [name, [delta, why]] of Object.entries(MALFORMED)) {
  Deno.test(`a malformed delta is refused and adds nothing: ${name}`, () => {
    const registry = new Registry();
    assert.throws(() => new DeltaDecoder(registry).apply(delta), (error) => {
      assert.ok(isMalformed(error), String(error));
      assert.match(error.message, why);
      return true;
    });
    assert.deepEqual([...registry.metrics()], []);
  });
}

Deno.test("a delta whose last sample is malformed counts none of its samples", () => {
  const registry = new Registry();
  const decoder = new DeltaDecoder(registry);
  assert.throws(() => decoder.apply(bytes(opening(0), 1, 20, 1, 20, 1, 3, 0)), isMalformed);
  assert.equal(registry.select("m"), undefined);
  decoder.apply(bytes(opening(0), 1, 20, 1, 20, 0));
  assert.deepEqual(registry.select("m"), { type: "counter", total: 20 });
});

Deno.test("a delta that is lost or comes twice is noticed", () => {
  const shard = new Registry();
  const encoder = new DeltaEncoder(shard);
  const deltas = [1, 2, 3].map((value) => {
    shard.sink(REQS, shard.tags).add(value);
    return encoder.encode();
  });
  const registry = new Registry();
  const decoder = new DeltaDecoder(registry);
  decoder.apply(deltas[0]!);
  assert.throws(() => decoder.apply(deltas[0]!), /number 0, expected 1/);
  assert.throws(() => decoder.apply(deltas[2]!), /number 2, expected 1/);
  decoder.apply(deltas[1]!);
  decoder.apply(deltas[2]!);
  assert.deepEqual(registry.select("r"), { type: "counter", total: 6 });
});

Deno.test("a metric that is of another kind here is refused", () => {
  const registry = new Registry();
  registry.sink({ ...REQS, name: "m" }, registry.tags).add(1);
  assert.throws(() => new DeltaDecoder(registry).apply(bytes(opening(3), 0)), (error) => {
    assert.ok(isMalformed(error) && error.cause instanceof MetricError);
    return error.cause.code === "metric_conflict";
  });
  assert.deepEqual(registry.select("m"), { type: "counter", total: 1 });
});

Deno.test("the bounds of the registry hold for what a peer introduces", () => {
  const shard = new Registry();
  for (let i = 0; i < 100; i++) shard.sink(REQS, shard.tags.with("name", `${i}`)).add(1);
  const registry = new Registry({ maxSeries: 10, maxTagValues: 50 });
  new DeltaDecoder(registry).apply(new DeltaEncoder(shard).encode());
  assert.deepEqual(registry.select("r"), { type: "counter", total: 100 });
  assert.equal([...registry.series("r")].length, 11);
  assert.deepEqual(registry.warnings.map(({ code }) => code).sort(), ["series", "tag_values"]);
});

Deno.test("a small delta can't claim much memory by values that lie far apart", () => {
  const ids = Array.from({ length: 4200 }, (_, i) => i + 1);
  const wide = bytes(0, float(1e-300), float(1e300), 0, 2, 0, 1, 255, 127, 1, 0);
  const samples = ids.map((id) => bytes(...(id < 128 ? [id] : [id & 127 | 128, id >> 7]), wide));
  const delta = bytes(1, 0, 1, 1, "m", 3, 0, 0, ...ids.map(() => bytes(1, 0)), 0, ...samples, 0);
  const registry = new Registry();
  assert.throws(() => new DeltaDecoder(registry).apply(delta), /too far apart/);
  assert.equal(registry.select("m"), undefined);
  new DeltaDecoder(registry).apply(bytes(opening(3), 1, wide, 0));
  assert.equal([...registry.series("m")].length, 1);
});

/** Deltas of a registry with some of everything. */
function samples(random: () => number): Uint8Array[] {
  const shard = new Registry();
  const encoder = new DeltaEncoder(shard);
  return [0, 1].map(() => {
    for (let i = 0; i < 60; i++) {
      const tags = shard.tags.with("k", `${Math.floor(random() * 4)}`);
      shard.sink(REQS, tags).add(Math.floor(random() * 1000));
      shard.sink(GAUGE, tags).add(random());
      shard.sink(RATE, tags).add(Math.round(random()));
      shard.sink(TREND, tags).add((random() - 0.3) * 2 ** (random() * 20));
    }
    return encoder.encode();
  });
}

Deno.test("changed bytes are refused or add up to readable numbers, and a refused delta adds nothing", () => {
  for (let round = 0; round < 2000; round++) {
    const seed = freshSeed();
    const random = seeded(seed);
    const deltas = samples(seeded(round % 20));
    const at = Math.floor(random() * 2);
    const changed = deltas[at]!;
    for (let i = Math.floor(random() * 4); i >= 0; i--) {
      changed[Math.floor(random() * changed.length)] = Math.floor(random() * 256);
    }
    if (random() < 0.2) deltas[at] = changed.subarray(0, Math.floor(random() * changed.length));
    const registry = new Registry();
    const decoder = new DeltaDecoder(registry);
    for (const delta of deltas) {
      const before = read(registry);
      try {
        decoder.apply(delta);
      } catch (error) {
        assert.ok(isMalformed(error), `seed ${seed}: ${error}`);
        assert.equal(read(registry), before, `seed ${seed}`);
      }
    }
    assert.ok(!read(registry).includes("null"), `seed ${seed}`);
  }
});

Deno.test("random bytes do no harm", () => {
  const seed = freshSeed();
  const random = seeded(seed);
  for (let round = 0; round < 5000; round++) {
    const length = 1 + Math.floor(random() * 40);
    const noise = Uint8Array.from({ length }, () => Math.floor(random() * (round % 2 ? 256 : 4)));
    if (random() < 0.8) noise.set([1, 0].slice(0, length));
    const registry = new Registry();
    try {
      new DeltaDecoder(registry).apply(noise);
    } catch (error) {
      assert.ok(isMalformed(error), `seed ${seed}: ${error}`);
    }
    read(registry);
  }
});

/** Everything readable as JSON: NaN and infinities show as null. */
function read(registry: Registry): string {
  return JSON.stringify(
    [...registry.metrics()].map(({ name }) =>
      [...registry.series(name)].map(({ tags, aggregate }) => [
        tags.entries,
        aggregate.type === "trend"
          ? [
            [...aggregate.histogram.buckets()],
            [0, 50, 100].map((p) => aggregate.histogram.percentile(p)),
          ]
          : aggregate,
      ])
    ),
  );
}

Deno.test("a trend that is followed is counted once more for each encoder, over all its tags", () => {
  const total = new Registry();
  const decoders = [1, 100].map((factor) => {
    const shard = new Registry();
    const [encoder, decoder] = [new DeltaEncoder(shard), new DeltaDecoder(total, TREND.name)];
    for (const values of [[-2, 0, 3], [4]]) {
      for (const value of values) {
        shard.sink(TREND, shard.tags.with("sign", String(Math.sign(value)))).add(factor * value);
        shard.sink({ ...TREND, name: "other" }, shard.tags).add(value);
      }
      decoder.apply(encoder.encode());
    }
    return decoder;
  });
  assert.deepEqual(
    decoders.map(({ followed: { count, sum, min, max } }) => [count, sum, min, max]),
    [[4, 5, -2, 4], [4, 500, -200, 400]],
  );
  const all = total.select(TREND.name);
  assert.ok(all?.type === "trend");
  assert.deepEqual([all.histogram.count, all.histogram.sum], [8, 505]);
});

Deno.test("a delta that is refused leaves nothing in the trend that is followed", () => {
  const shard = new Registry();
  shard.sink(TREND, shard.tags).add(5);
  const delta = new DeltaEncoder(shard).encode();
  const decoder = new DeltaDecoder(new Registry(), TREND.name);
  assert.throws(() => decoder.apply(bytes(delta, 7)), isMalformed);
  assert.equal(decoder.followed.count, 0);
  decoder.apply(delta);
  assert.equal(decoder.followed.count, 1);
});
