import assert from "node:assert/strict";
import { Random } from "../../internal/fuzz_for_tests.ts";
import { DeltaDecoder, DeltaEncoder, type Metric, Registry } from "../../metrics/mod.ts";
import { parseOptions, type ShardEvent, type ShardStarter, WHOLE } from "../../runner/mod.ts";
import { VirtualClock } from "../virtual_clock_for_tests.ts";
import { PartRelay } from "./relay.ts";
import { sumStatuses } from "./status.ts";

const METRICS: readonly Metric[] = [
  { name: "t", type: "trend", contains: "time" },
  { name: "c", type: "counter", contains: "default" },
  { name: "r", type: "rate", contains: "default" },
];

/** Shards that measure random things while they run, each of which `all` gets too. */
function measuring(random: Random, all: Registry): ShardStarter {
  return (_index, on: (event: ShardEvent) => void) => {
    const { promise: ended, resolve } = Promise.withResolvers<string>();
    const registry = new Registry();
    const encoder = new DeltaEncoder(registry);
    const measure = () => {
      for (let n = random.below(200); n > 0; n--) {
        const metric = random.pick(METRICS);
        const value = metric.type === "trend"
          ? (random.below(1 << 20) - (random.once(4) ? 1 << 19 : 0)) / 64
          : random.below(2);
        const k = `${random.below(3)}`;
        for (const into of [registry, all]) {
          into.sink(metric, into.tags.with("k", k)).add(value);
        }
      }
      on({ kind: "delta", status: sumStatuses([]), metrics: encoder.encode() });
    };
    return {
      label: "",
      separate: false,
      ended,
      kill: () => resolve("killed"),
      close: () => Promise.resolve(resolve("closed")),
      send({ id, call }) {
        if (call === "start") { for (let n = 1 + random.below(4); n > 0; n--) measure(); }
        const value = call === "load"
          ? { options: {}, exports: [], functions: [], metrics: [], shared: [] }
          : null;
        queueMicrotask(() => on({ kind: "answer", id, value }));
      },
    };
  };
}

Deno.test("what agents merge of their shards is what one machine measures of the same samples", async () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const random = new Random(seed);
  for (let n = 0; n < 40; n++) {
    const [all, merged] = [new Registry(), new Registry()];
    for (let agent = 1 + random.below(4); agent > 0; agent--) {
      await runAgent(measuring(random, all), 1 + random.below(4), merged);
    }
    assertSame(merged, all, `seed ${seed}, case ${n}`);
  }
});

async function runAgent(start: ShardStarter, shards: number, merged: Registry): Promise<void> {
  const decoder = new DeltaDecoder(merged);
  const relay = new PartRelay({
    start,
    shards,
    clock: new VirtualClock(),
    post: (event) => event.kind === "delta" && decoder.apply(event.metrics),
    hasRoom: () => true,
    left: () => {},
    lost: (reason) => assert.fail(reason),
  });
  const args = { source: { kind: "builtin", name: "", args: 0 }, images: [], deltaMs: 1000 };
  const options = parseOptions({ vus: 9, duration: "1s" });
  await relay.handle({ id: 1, call: "load", args: args as never });
  await relay.handle({ id: 2, call: "prepare", args: { options, segment: WHOLE } });
  await relay.handle({
    id: 3,
    call: "start",
    args: { startAt: 0, sentAt: 0, data: null, joinAt: null },
  });
  await relay.close();
}

function assertSame(merged: Registry, all: Registry, where: string): void {
  for (const { name } of all.metrics()) {
    for (const { tags, aggregate } of all.series(name)) {
      const other = merged.select(name, Object.fromEntries(tags.entries));
      assert.ok(other !== undefined, where);
      if (aggregate.type !== "trend" || other.type !== "trend") {
        assert.deepEqual(other, aggregate, where);
        continue;
      }
      for (const p of [0, 1, 50, 90, 95, 99, 99.9, 100]) {
        assert.equal(other.histogram.percentile(p), aggregate.histogram.percentile(p), where);
      }
      const { count, min, max, sum } = aggregate.histogram;
      assert.deepEqual(
        [other.histogram.count, other.histogram.min, other.histogram.max],
        [count, min, max],
        where,
      );
      assert.ok(Math.abs(other.histogram.sum - sum) <= 1e-9 * Math.abs(sum) + 1e-6, where);
    }
  }
}
