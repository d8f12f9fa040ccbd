import assert from "node:assert/strict";
import { DeltaDecoder, Registry, SampleDecoder } from "../../metrics/mod.ts";
import { bundleScript, parseOptions } from "../../runner/mod.ts";
import {
  inlineShards,
  processShards,
  type ShardCalls,
  type ShardCommand,
  type ShardEvent,
  type ShardStarter,
  systemClock,
  WHOLE,
} from "../../runner/remote/mod.ts";
import { SETUP } from "./_pool_for_tests.ts";
import { PartRelay } from "./relay.ts";

const ENTRY = new URL("./testdata/shard_entry.ts", import.meta.url);
const SCRIPT = new URL("./testdata/script.ts", import.meta.url).pathname;

/** Every kind of shard can be behind a relay. */
const STARTERS: Record<string, () => ShardStarter> = {
  inline: () => inlineShards(SETUP),
  process: () => processShards({ entry: ENTRY, allowNet: [], allowRead: [] }),
};

/** A relay, and what it said. */
function watched(start: ShardStarter, shards: number) {
  const metrics = new Registry();
  const deltas = new DeltaDecoder(metrics);
  const samples = new SampleDecoder(new Registry());
  const events: ShardEvent[] = [];
  const sampled = { values: [] as number[], room: true, left: 0 };
  const { promise: lost, resolve } = Promise.withResolvers<string>();
  const relay = new PartRelay({
    start,
    shards,
    clock: systemClock,
    post(event) {
      events.push(event);
      if (event.kind === "delta") deltas.apply(event.metrics);
      if (event.kind !== "samples") return;
      const { length, values } = samples.decode(event.batch);
      sampled.values.push(...values.subarray(0, length));
    },
    hasRoom: (what) => what === "delta" || sampled.room,
    left: () => sampled.left++,
    lost: resolve,
  });
  let last = 0;
  const call = async <K extends keyof ShardCalls>(call: K, args: ShardCalls[K]["args"]) => {
    const id = ++last;
    await relay.handle({ id, call, args } as ShardCommand);
    const found = events.find((event) =>
      (event.kind === "answer" || event.kind === "failure") && event.id === id
    );
    if (found?.kind === "failure") throw new Error(found.error.message);
    return found?.kind === "answer" ? found.value as ShardCalls[K]["value"] : null;
  };
  const load = (source: ShardCalls["load"]["args"]["source"], wantsSamples = false) =>
    call("load", {
      source,
      env: { PLACE: "here" },
      secrets: { values: {}, named: {} } as never,
      images: [],
      heartbeatMs: 50,
      deltaMs: 50,
      samples: wantsSamples,
    });
  const start_ = () => {
    const now = systemClock.now();
    return call("start", { startAt: now, sentAt: now, data: null, joinAt: null });
  };
  const statuses = () => events.flatMap((event) => event.kind === "delta" ? [event.status] : []);
  return { relay, metrics, events, sampled, samples, lost, call, load, start: start_, statuses };
}

function totalOf(metrics: Registry, name: string): number {
  const found = metrics.select(name, {});
  return found?.type === "counter" ? found.total : NaN;
}

for (const [kind, starter] of Object.entries(STARTERS)) {
  Deno.test(`three ${kind} shards are one`, async () => {
    const { relay, metrics, call, load, start, statuses, events } = watched(starter(), 3);
    try {
      await load({ kind: "builtin", name: "count", args: {} });
      await call("prepare", {
        options: parseOptions({ vus: 6, iterations: 60 }),
        segment: WHOLE,
      });
      await start();
      assert.equal(totalOf(metrics, "iterations"), 60);
      const last = statuses().at(-1)!;
      assert.equal(last.counts.completed, 60);
      assert.equal(last.processes, 3);
      assert.equal(last.vus.existing, 6);
      assert.equal(events.at(-1)!.kind, "answer", "an answer comes behind what was measured");
    } finally {
      await relay.close();
    }
  });
}

Deno.test("there are no more shards than VUs", async () => {
  let started = 0;
  const inline = inlineShards(SETUP);
  const { relay, call, load } = watched((...args) => {
    started++;
    return inline(...args);
  }, 8);
  await load({ kind: "builtin", name: "count", args: {} });
  await call("prepare", { options: parseOptions({ vus: 3, duration: "1s" }), segment: WHOLE });
  assert.equal(started, 3);
  await relay.close();
});

Deno.test("a relay of a part that owns nothing still answers", async () => {
  const { relay, call, load, start, statuses } = watched(inlineShards(SETUP), 2);
  await load({ kind: "builtin", name: "count", args: {} });
  const options = parseOptions({ vus: 1, iterations: 5 });
  await call("prepare", { options, segment: { offset: 1, stride: 2 } });
  await start();
  assert.equal(statuses().at(-1)!.counts.planned, 0);
  await relay.close();
});

Deno.test("parts of a run, each of several shards, share it exactly", async () => {
  const options = parseOptions({ vus: 7, iterations: 100 });
  const totals = await Promise.all([0, 1, 2].map(async (offset) => {
    const { relay, metrics, call, load, start } = watched(inlineShards(SETUP), 2);
    await load({ kind: "builtin", name: "count", args: {} });
    await call("prepare", { options, segment: { offset, stride: 3 } });
    await start();
    await relay.close();
    return totalOf(metrics, "iterations");
  }));
  assert.equal(totals.reduce((sum, one) => sum + one), 100, totals.join());
});

Deno.test("setup, teardown and handleSummary run in the first shard; arrays are loaded once", async () => {
  const read = new URL(".", import.meta.url).pathname;
  const start = processShards({ entry: ENTRY, allowNet: [], allowRead: [read] });
  const { relay, metrics, call, load, start: run, events } = watched(start, 2);
  try {
    const bundle = await bundleScript(SCRIPT, ["k6", "k6/data", "k6/metrics"]);
    const loaded = await load({ kind: "script", bundle });
    assert.deepEqual(loaded?.shared.map(({ name }) => name), ["numbers"]);
    await call("prepare", { options: parseOptions({ vus: 4, iterations: 40 }), segment: WHOLE });
    assert.equal(await call("setup", {}), '{"from":"setup"}');
    await run();
    assert.equal(await call("teardown", { data: null }), null);
    assert.deepEqual(await call("summary", { data: { n: 1 } }), { stdout: '{"n":1}' });
    assert.equal(totalOf(metrics, "iterations"), 40);
    // Each iteration records one of 100, 200, 300.
    const values = metrics.select("value", {});
    assert.ok(values?.type === "trend");
    assert.deepEqual([values.histogram.count, values.histogram.min, values.histogram.max], [
      40,
      100,
      300,
    ]);
    const made = events.filter((event) =>
      event.kind === "log" && event.entry.text === "array made"
    );
    assert.equal(made.length, 1);
  } finally {
    await relay.close();
  }
});

Deno.test("samples of all shards come as one stream; where there is no room they are counted", async () => {
  const { relay, call, load, start, sampled, samples } = watched(inlineShards(SETUP), 2);
  await load({ kind: "builtin", name: "count", args: {} }, true);
  await call("prepare", { options: parseOptions({ vus: 4, iterations: 50 }), segment: WHOLE });
  await start();
  assert.ok(sampled.values.length >= 50, `${sampled.values.length}`);
  assert.equal(samples.lost, 0);
  await relay.close();

  const full = watched(inlineShards(SETUP), 2);
  full.sampled.room = false;
  await full.load({ kind: "builtin", name: "count", args: {} }, true);
  const options = parseOptions({ vus: 4, iterations: 50 });
  await full.call("prepare", { options, segment: WHOLE });
  await full.start();
  assert.equal(full.sampled.values.length, 0);
  assert.equal(full.samples.lost, sampled.values.length);
  assert.ok(full.sampled.left > 0);
  await full.relay.close();
});

Deno.test("a call that fails tells why, with its code", async () => {
  const { relay, load, call, events } = watched(inlineShards(SETUP), 2);
  await assert.rejects(
    call("prepare", { options: parseOptions({}), segment: WHOLE }),
    /prepare before load/,
  );
  await assert.rejects(load({ kind: "builtin", name: "missing", args: {} }));
  assert.ok(events.every((event) => event.kind !== "answer"));
  await relay.close();
});

Deno.test("a process that is killed ends the part, with what the others measured", async () => {
  const { relay, call, load, start, lost, statuses, events } = watched(
    processShards({ entry: ENTRY, allowNet: [], allowRead: [] }),
    2,
  );
  try {
    const bundle = await bundleScript(SCRIPT, ["k6", "k6/data", "k6/metrics"]);
    await load({ kind: "script", bundle });
    const options = parseOptions({
      scenarios: { die: { executor: "constant-vus", exec: "die", vus: 2, duration: "1m" } },
    });
    await call("prepare", { options, segment: WHOLE });
    const running = start();
    assert.match(await lost, /^shard \d \(pid \d+\) died: /);
    await running;
    assert.ok(statuses().at(-1)!.counts.started >= 1);
    assert.ok(!events.some((event) => event.kind === "failure"));
  } finally {
    await relay.kill();
  }
});
