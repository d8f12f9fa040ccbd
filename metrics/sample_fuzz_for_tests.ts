import assert from "node:assert/strict";
import { type FuzzTarget, fuzzTarget, type Random } from "../internal/fuzz_for_tests.ts";
import { handStream, metricOf, plainSamples } from "./_samples_for_tests.ts";
import { MetricError } from "./errors.ts";
import { Registry } from "./registry.ts";
import { SampleDecoder } from "./sample_decoder.ts";

/** Batches of samples: a broken one is refused by name, hands out nothing and counts nothing. */
export const target: FuzzTarget = fuzzTarget({
  name: "sample-batch",
  async run(random: Random): Promise<void> {
    const batches = await record(random);
    const total = new Registry();
    const decoder = new SampleDecoder(total);
    for (const batch of batches) {
      const broken = random.once(2) ? random.mutate(batch) : batch;
      try {
        check(decoder, broken);
      } catch (error) {
        assert.ok(error instanceof MetricError, String(error));
        assert.equal(error.code, "samples_malformed");
        return;
      } finally {
        assert.deepEqual([...total.metrics()], []);
      }
    }
  },
});

async function record(random: Random): Promise<Uint8Array[]> {
  const registry = new Registry();
  const { stream, at } = handStream(registry);
  const batches: Uint8Array[] = [];
  for (let left = 1 + random.below(4); left > 0; left--) {
    for (let count = random.below(20); count >= 0; count--) {
      await at.move(at.ms + random.below(5) / 4);
      const tags = registry.tags.with("k", `${random.below(9)}`);
      registry.sink(metricOf(`m${random.below(4)}`), tags).add(random.below(1000) / 8);
    }
    batches.push(stream.take());
  }
  return batches;
}

function check(decoder: SampleDecoder, bytes: Uint8Array): void {
  let before = 0;
  for (const [name, , time, value] of plainSamples(decoder.decode(bytes))) {
    assert.match(name, /^[A-Za-z_]\w*$/);
    assert.ok(time >= before && Number.isFinite(value));
    before = time;
  }
}
