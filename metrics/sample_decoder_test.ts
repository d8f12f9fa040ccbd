import assert from "node:assert/strict";
import { freshSeed } from "./_random_for_tests.ts";
import { handStream, metricOf, plainSamples } from "./_samples_for_tests.ts";
import { MetricError } from "./errors.ts";
import { Registry } from "./registry.ts";
import { SampleDecoder } from "./sample_decoder.ts";
import { target } from "./sample_fuzz_for_tests.ts";

function isMalformed(error: unknown): error is MetricError {
  return error instanceof MetricError && error.code === "samples_malformed";
}

/** Bytes from numbers and ASCII text. */
function bytes(...parts: (number | string | readonly number[])[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) => typeof part === "string" ? [...new TextEncoder().encode(part)] : part),
  );
}

/** A trend of times `m` with the tag k = v, as a batch introduces it. */
const SERIES = bytes(1, "m", 3, 1, 1, 1, "k", 1, "v");
const HALF = [0, 0, 0, 0, 0, 0, 0xe0, 0x3f];

Deno.test("a batch made by hand is understood", () => {
  const decoder = new SampleDecoder(new Registry());
  // Version, number 0, 3 lost, 10 µs; series 0 with a whole value, 5 µs later, -2; then 0.5.
  const batch = decoder.decode(bytes(1, 0, 3, 10, 1, [...SERIES], 5, 3, 0, 0, HALF));
  assert.deepEqual(plainSamples(batch), [["m", "k=v", 15, -2], ["m", "k=v", 15, 0.5]]);
  assert.equal(decoder.lost, 3);
});

const MAX = [255, 255, 255, 255, 255, 255, 255, 15]; // 2^53 - 1

const MALFORMED: Record<string, [batch: Uint8Array, why: RegExp]> = {
  "no bytes": [bytes(), /ends early/],
  "another version": [bytes(2, 0, 0, 0), /version is 2/],
  "not the first": [bytes(1, 1, 0, 0), /number 1, expected 0/],
  "an unknown series": [bytes(1, 0, 0, 0, 3, 0, 0), /no series has the id 1/],
  "a series of no kind": [bytes(1, 0, 0, 0, 1, 1, "m", 9, 0, 0), /unknown kind/],
  "a series of no contents": [bytes(1, 0, 0, 0, 1, 1, "m", 0, 9, 0), /unknown kind/],
  "a metric's bad name": [bytes(1, 0, 0, 0, 1, 1, "-", 0, 0, 0, 0, 0), /doesn't fit/],
  "a tag without a name": [bytes(1, 0, 0, 0, 1, 1, "m", 0, 0, 1, 0, 0, 0, 0), /doesn't fit/],
  "too many tags": [bytes(1, 0, 0, 0, 1, 1, "m", 0, 0, 129, 2), /257 tags, above 256/],
  "a value that is not finite": [
    bytes(1, 0, 0, 0, 0, [...SERIES], 0, [0, 0, 0, 0, 0, 0, 0xf0, 0x7f]),
    /a number is Infinity/,
  ],
  "a whole value beyond 2^50": [bytes(1, 0, 0, 0, 1, [...SERIES], 0, MAX), /a whole value is -/],
  "a time that no date has": [bytes(1, 0, 0, MAX, 1, [...SERIES], 0, 0), /of the time 9007/],
  "half a value": [bytes(1, 0, 0, 0, 0, [...SERIES], 0, 1, 2), /ends early/],
  "text that is not UTF-8": [bytes(1, 0, 0, 0, 1, 1, 255), /not UTF-8/],
};

for (const [what, [batch, why]] of Object.entries(MALFORMED)) {
  Deno.test(`a batch with ${what} is refused`, () => {
    const registry = new Registry();
    assert.throws(
      () => new SampleDecoder(registry).decode(batch),
      (error) => isMalformed(error) && why.test(error.message),
    );
  });
}

Deno.test("a batch that is cut anywhere is refused or holds the samples before the cut", async () => {
  const registry = new Registry();
  const { stream, at } = handStream(registry);
  for (let i = 0; i < 10; i++) {
    await at.move(at.ms + i * 40);
    registry.sink(metricOf(`m${i % 3}`), registry.tags.with("k", `v${i % 4}`)).add(i * 1.25);
  }
  const whole = stream.take();
  const expected = plainSamples(new SampleDecoder(new Registry()).decode(whole));
  let refused = 0;
  for (let cut = 0; cut < whole.length; cut++) {
    const decoder = new SampleDecoder(new Registry());
    try {
      const found = plainSamples(decoder.decode(whole.subarray(0, cut)));
      assert.deepEqual(found, expected.slice(0, found.length));
    } catch (error) {
      assert.ok(isMalformed(error), String(error));
      refused++;
      // What was refused left nothing behind.
      assert.deepEqual(plainSamples(decoder.decode(whole)), expected);
    }
  }
  assert.ok(refused > whole.length / 2);
});

Deno.test("losses that become less are refused", () => {
  const decoder = new SampleDecoder(new Registry());
  decoder.decode(bytes(1, 0, 5, 0));
  assert.throws(() => decoder.decode(bytes(1, 1, 4, 0)), isMalformed);
});

Deno.test("a batch of more than 4 MiB is refused unread", () => {
  const decoder = new SampleDecoder(new Registry());
  assert.throws(
    () => decoder.decode(new Uint8Array(4 * 1024 * 1024 + 1)),
    (error) => isMalformed(error) && /4194305 bytes, above/.test(error.message),
  );
});

Deno.test("the bounds of the registry hold for the series of batches too", () => {
  const registry = new Registry({ maxTagValues: 100_000 });
  const { stream } = handStream(registry);
  const total = new Registry({ maxSeries: 3, maxTagValues: 10 });
  const decoder = new SampleDecoder(total);
  for (let i = 0; i < 20; i++) {
    registry.sink(metricOf("m"), registry.tags.with("k", `${i}`)).add(i);
  }
  const found = plainSamples(decoder.decode(stream.take()));
  assert.deepEqual(found.map(([, tags]) => tags).slice(0, 5), ["k=0", "k=1", "k=2", "", ""]);
  assert.deepEqual(total.warnings.map(({ code }) => code), ["series", "tag_values"]);
});

Deno.test("a metric of another kind under a known name is refused", () => {
  const total = new Registry();
  total.sink(metricOf("m", "counter"), total.tags);
  assert.throws(
    () => new SampleDecoder(total).decode(bytes(1, 0, 0, 0, 1, [...SERIES], 0, 0)),
    (error) => isMalformed(error) && /doesn't fit the metrics/.test(error.message),
  );
});

Deno.test("generated batches, broken or not, are read or refused", async () => {
  const seed = freshSeed();
  for (let number = 0; number < 1500; number++) {
    try {
      await target.runCase(seed, number);
    } catch (error) {
      throw new Error(`seed ${seed}, case ${number}`, { cause: error });
    }
  }
});
