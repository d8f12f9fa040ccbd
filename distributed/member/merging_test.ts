import assert from "node:assert/strict";
import { Random } from "../../internal/fuzz_for_tests.ts";
import { DeltaDecoder, DeltaEncoder, type Metric, Registry } from "../../metrics/mod.ts";
import { parseOptions } from "../../runner/mod.ts";
import {
  decodeEvent,
  encodeEvent,
  FrameDecoder,
  type ShardEvent,
  type ShardStarter,
  WHOLE,
} from "../../runner/remote/mod.ts";
import { VirtualClock } from "../virtual_clock_for_tests.ts";
import { cutMessage, RecordReader } from "../wire/mod.ts";
import { PartRelay } from "./relay.ts";
import { sumStatuses } from "./status.ts";

const METRICS: readonly Metric[] = [
  { name: "t", type: "trend", contains: "time" },
  { name: "c", type: "counter", contains: "default" },
  { name: "r", type: "rate", contains: "default" },
];
const DELTA_MS = 1000;
/** Every percentile that a bucket can make another one of. */
const PERCENTILES = Array.from({ length: 1001 }, (_, k) => k / 10);

interface Sample {
  readonly metric: Metric;
  readonly k: string;
  readonly value: number;
}

/** Values with so few digits that sums of them are the same in any order. */
function sampleOf(random: Random): Sample {
  const metric = random.pick(METRICS);
  const value = metric.type === "trend"
    ? (random.below(1 << 20) - (random.once(4) ? 1 << 19 : 0)) / 64
    : random.below(2);
  return { metric, k: `${random.below(3)}`, value };
}

function measure(into: Registry, { metric, k, value }: Sample): void {
  into.sink(metric, into.tags.with("k", k)).add(value);
}

/** Deals samples to so many, at random. */
function deal(samples: readonly Sample[], count: number, random: Random): Sample[][] {
  const hands: Sample[][] = Array.from({ length: count }, () => []);
  for (const sample of samples) random.pick(hands).push(sample);
  return hands;
}

/** Shards that measure what each was dealt, over a while, and say so in deltas of their own. */
function measuring(hands: readonly Sample[][], clock: VirtualClock, random: Random): ShardStarter {
  return (index, on: (event: ShardEvent) => void) => {
    const { promise: ended, resolve } = Promise.withResolvers<string>();
    const registry = new Registry();
    const encoder = new DeltaEncoder(registry);
    const load = async () => {
      const left = [...hands[index]!];
      do {
        for (const sample of left.splice(0, 1 + random.below(100))) measure(registry, sample);
        do on({ kind: "delta", status: sumStatuses([]), metrics: encoder.encode() }); while (
          encoder.pending
        );
        await clock.sleep(random.below(900));
      } while (left.length > 0);
    };
    return {
      ...{ label: "", separate: false, ended },
      kill: () => resolve("killed"),
      close: () => Promise.resolve(resolve("closed")),
      async send({ id, call }) {
        if (call === "start") await load();
        const value = call === "load"
          ? { options: {}, exports: [], functions: [], metrics: [], shared: [] }
          : null;
        queueMicrotask(() => on({ kind: "answer", id, value }));
      },
    };
  };
}

Deno.test("samples dealt over agents and their shards give exactly what one registry gives", async () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const random = new Random(seed);
  for (let n = 0; n < 30; n++) {
    const samples = random.list(3000, () => sampleOf(random));
    const [all, merged] = [new Registry(), new Registry()];
    for (const sample of samples) measure(all, sample);
    const clock = new VirtualClock();
    const agents = deal(samples, 1 + random.below(4), random).map((own) => {
      const hands = deal(own, 1 + random.below(4), random);
      return runAgent(measuring(hands, clock, random), hands.length, clock, merged, random);
    });
    const deltas = await clock.run(Promise.all(agents));
    assertSame(merged, all, `seed ${seed}, case ${n}, deltas ${deltas}`);
  }
});

/** Runs an agent whose words travel as records, some twice; how many deltas it sent. */
async function runAgent(
  start: ShardStarter,
  shards: number,
  clock: VirtualClock,
  merged: Registry,
  random: Random,
): Promise<number> {
  const decoder = new DeltaDecoder(merged);
  const reader = new RecordReader();
  const maxBytes = 100 + random.below(2000);
  let [sent, deltas] = [0, 0];
  const post = (event: ShardEvent) => {
    const records = cutMessage(encodeEvent(event), sent + 1, maxBytes);
    for (const record of records) {
      sent++;
      for (let times = random.once(4) ? 2 : 1; times > 0; times--) take(record);
    }
  };
  const take = (record: Uint8Array) => {
    for (const message of reader.push(record)) {
      for (const frame of new FrameDecoder().push(message)) {
        const event = decodeEvent(frame);
        if (event.kind !== "delta") continue;
        decoder.apply(event.metrics);
        deltas++;
      }
    }
  };
  const relay = new PartRelay({
    ...{ start, shards, clock, post, hasRoom: () => true, left: () => {} },
    lost: (reason) => assert.fail(reason),
  });
  const args = { source: { kind: "builtin", name: "", args: 0 }, images: [], deltaMs: DELTA_MS };
  const options = parseOptions({ vus: 9, duration: "1s" });
  await relay.handle({ id: 1, call: "load", args: args as never });
  await relay.handle({ id: 2, call: "prepare", args: { options, segment: WHOLE } });
  await relay.handle({
    id: 3,
    call: "start",
    args: { startAt: 0, sentAt: 0, data: null, joinAt: null },
  });
  await relay.close();
  assert.equal(reader.merged, sent);
  return deltas;
}

function assertSame(merged: Registry, all: Registry, where: string): void {
  for (const { name } of METRICS) {
    assert.equal([...merged.series(name)].length, [...all.series(name)].length, where);
    for (const { tags, aggregate } of all.series(name)) {
      const other = merged.select(name, Object.fromEntries(tags.entries));
      assert.ok(other !== undefined, where);
      if (aggregate.type !== "trend" || other.type !== "trend") {
        assert.deepEqual(other, aggregate, where);
        continue;
      }
      const [a, b] = [other.histogram, aggregate.histogram];
      assert.deepEqual([a.count, a.min, a.max, a.sum], [b.count, b.min, b.max, b.sum], where);
      for (const p of PERCENTILES) assert.equal(a.percentile(p), b.percentile(p), where);
    }
  }
}
