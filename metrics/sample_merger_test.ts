import assert from "node:assert/strict";
import { handStream, metricOf, type PlainSample, plainSamples } from "./_samples_for_tests.ts";
import { freshSeed, seeded } from "./_random_for_tests.ts";
import { MetricError } from "./errors.ts";
import { Registry } from "./registry.ts";
import { SampleDecoder } from "./sample_decoder.ts";
import { SampleMerger } from "./sample_merger.ts";

Deno.test("the merged stream has every sample of its sources, at its time", async () => {
  const seed = freshSeed();
  const random = seeded(seed);
  const below = (n: number) => Math.floor(random() * n);
  const sources = Array.from({ length: 3 }, () => {
    const registry = new Registry();
    return { registry, ...handStream(registry), direct: new SampleDecoder(new Registry()) };
  });
  const merger = new SampleMerger(new Registry());
  const merged = new SampleDecoder(new Registry());
  for (let n = 0; n < 200; n++) {
    const source = below(sources.length);
    const { registry, stream, at, direct } = sources[source]!;
    for (let count = below(30); count > 0; count--) {
      await at.move(at.ms + below(5000) / 1000);
      const tags = registry.tags.with("k", `${below(9)}`);
      const value = below(2) === 0 ? below(1000) - 500 : random();
      registry.sink(metricOf(`m${below(4)}`), tags).add(value);
    }
    const batch = stream.take();
    if (batch.length === 0) continue;
    const want: PlainSample[] = plainSamples(direct.decode(batch));
    assert.deepEqual(plainSamples(merged.decode(merger.add(source, batch))), want, `seed ${seed}`);
  }
});

Deno.test("what is discarded, by a source or here, is told once", async () => {
  const registry = new Registry();
  const { stream, at } = handStream(registry);
  const sink = registry.sink(metricOf("m"), registry.tags);
  const merger = new SampleMerger(new Registry());
  const merged = new SampleDecoder(new Registry());
  sink.add(1);
  stream.discard();
  await at.move(1);
  sink.add(2);
  merged.decode(merger.add(0, stream.take()));
  assert.equal(merged.lost, 1);
  assert.equal(merger.rest().length, 0);
  sink.add(3);
  sink.add(4);
  merger.discard(0, stream.take());
  const rest = merger.rest();
  assert.equal(merged.decode(rest).length, 0);
  assert.equal(merged.lost, 3);
  assert.equal(merger.rest().length, 0);
});

Deno.test("a broken batch is refused", () => {
  const merger = new SampleMerger(new Registry());
  assert.throws(() => merger.add(0, Uint8Array.of(9)), (error) => error instanceof MetricError);
});
