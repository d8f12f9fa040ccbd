import assert from "node:assert/strict";
import { Registry } from "../../metrics/mod.ts";
import { DeltaDecoder } from "../../metrics/mod.ts";
import { brokenIdentities } from "../ledger.ts";
import { parseOptions } from "../options/mod.ts";
import type { LogEntry } from "../result.ts";
import { NO_SECRETS } from "../secrets.ts";
import { WHOLE } from "../segment.ts";
import { testSetup } from "../testdata/setup.ts";
import { inlineShards } from "./inline.ts";
import type { ShardLink, ShardStarter } from "./link.ts";
import { processShards } from "./process.ts";
import type { ShardEvent, ShardSource } from "./protocol.ts";
import { Shard, ShardError } from "./shard.ts";

const ENTRY = new URL("../testdata/shard_entry.ts", import.meta.url);
const COUNT: ShardSource = { kind: "builtin", name: "count", args: { vus: 2, iterations: 6 } };

/** Every kind of shard must do all of this; a further kind joins here. */
const STARTERS: Record<string, ShardStarter> = {
  inline: inlineShards(testSetup),
  process: processShards({ entry: ENTRY, allowNet: [], allowRead: [] }),
};

function watched(starter: ShardStarter) {
  const metrics = new Registry();
  const decoder = new DeltaDecoder(metrics);
  const logs: LogEntry[] = [];
  const aborts: string[] = [];
  const { promise: lost, resolve: onLost } = Promise.withResolvers<string>();
  const shard = new Shard(0, starter, {
    delta: (_shard, _status, bytes) => decoder.apply(bytes),
    samples: () => {},
    failures: () => {},
    log: (entry) => logs.push(entry),
    abort: (reason) => aborts.push(reason),
    fail: (reason) => aborts.push(`fail: ${reason}`),
    lost: (_shard, reason) => onLost(reason),
  });
  const load = (source: ShardSource) =>
    shard.call(
      "load",
      {
        source,
        env: {},
        secrets: NO_SECRETS,
        images: [],
        heartbeatMs: 20,
        deltaMs: 50,
        samples: false,
      },
      5000,
    );
  return { shard, metrics, logs, aborts, lost, load };
}

for (const [kind, starter] of Object.entries(STARTERS)) {
  Deno.test(`a ${kind} shard loads, prepares, runs and reports`, async () => {
    const { shard, metrics, load } = watched(starter);
    try {
      const loaded = await load(COUNT);
      assert.deepEqual(loaded.options, { vus: 2, iterations: 6 });
      assert.deepEqual(loaded.functions, ["default"]);
      const names = loaded.metrics.map(({ name }) => name);
      for (const name of ["iterations", "checks", "protocol_time"]) assert.ok(names.includes(name));
      const options = parseOptions(loaded.options, {});
      assert.equal(await shard.call("prepare", { options, segment: WHOLE }, 5000), null);
      assert.equal(await shard.call("setup", {}, 5000), null);
      assert.equal(
        await shard.call("start", {
          startAt: Date.now(),
          sentAt: Date.now(),
          data: null,
          joinAt: null,
        }, 5000),
        null,
      );
      const { counts, vus } = shard.status!;
      assert.deepEqual([counts.planned, counts.completed, vus.existing], [6, 6, 2]);
      assert.deepEqual(brokenIdentities(counts), []);
      const iterations = metrics.select("iterations", { scenario: "default" });
      assert.deepEqual(iterations, { type: "counter", total: 6 });
      assert.equal(await shard.call("summary", { data: null }, 5000), null);
    } finally {
      await shard.close();
    }
    assert.equal(shard.live, false);
    assert.equal(shard.lostReason, null);
  });

  Deno.test(`a ${kind} shard answers calls that fail and goes on`, async () => {
    const { shard, load } = watched(starter);
    try {
      const data = { startAt: Date.now(), sentAt: Date.now(), data: null, joinAt: null };
      await assert.rejects(shard.call("start", data, 5000), { code: "shard_protocol" });
      await assert.rejects(load({ kind: "builtin", name: "toString", args: null }), {
        code: "builtin_unknown",
      });
      await assert.rejects(load({ kind: "builtin", name: "throw-odd", args: null }), ShardError);
      await assert.rejects(
        load({ kind: "script", bundle: { entry: "/x.ts", code: "import 'k7'", map: "" } }),
        { code: "script_import" },
      );
      await load(COUNT);
    } finally {
      await shard.close();
    }
  });

  Deno.test(`a ${kind} shard that is killed fails its calls and is gone`, async () => {
    const { shard, load } = watched(starter);
    await load(COUNT);
    const options = parseOptions({ vus: 2, duration: "60s" }, {});
    await shard.call("prepare", { options, segment: WHOLE }, 5000);
    const running = shard.call(
      "start",
      { startAt: Date.now(), sentAt: Date.now(), data: null, joinAt: null },
      60_000,
    );
    const killed = assert.rejects(running, { code: "shard_lost" });
    await shard.kill();
    await killed;
    await assert.rejects(load(COUNT), { code: "shard_lost" });
    assert.equal(shard.lostReason, null);
  });
}

for (
  const [kind, reason] of [
    ["text", /broke the protocol: got a frame that announces/],
    ["oversized", /broke the protocol: got a frame that announces 4294967295 bytes/],
    ["json", /broke the protocol: got a malformed JSON/],
    ["event", /broke the protocol: got a malformed event/],
    ["delta", /broke the protocol: got a malformed status/],
    ["partial", /it exited with code 0/],
    ["stderr", /it exited with code 3: third \| fourth \| x{1000}$/],
  ] as const
) {
  Deno.test(`a process that sends ${kind} is a lost shard`, async () => {
    const entry = new URL(`../testdata/rogue_entry.ts?kind=${kind}`, import.meta.url);
    const { shard, lost, logs } = watched(processShards({ entry, allowNet: [], allowRead: [] }));
    assert.match(await lost, /^shard 0 \(pid \d+\) died: /);
    assert.match(shard.lostReason!, reason);
    assert.equal(logs.length, kind === "stderr" ? 5 : 0);
    await shard.close();
  });
}

/** A link whose other end is the test. */
function fakeShard() {
  let say: (event: ShardEvent) => void = () => {};
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  const sent: unknown[] = [];
  const starter: ShardStarter = (_index, on): ShardLink => {
    say = on;
    return {
      label: "fake",
      separate: true,
      send: (command) => void sent.push(command),
      kill: () => resolve("it was killed"),
      close: () => Promise.resolve(resolve("it was closed")),
      ended,
    };
  };
  return { ...watched(starter), say: (event: ShardEvent) => say(event), sent };
}

Deno.test("a silent shard is lost once it is watched, and not while it beats", async () => {
  const { shard, lost, say } = fakeShard();
  const beats = Promise.withResolvers<void>();
  let count = 0;
  const beat = setInterval(() => {
    say({ kind: "heartbeat" });
    if (++count === 40) beats.resolve();
  }, 5);
  shard.watch(50);
  const call = assert.rejects(shard.call("setup", {}, Infinity), { code: "shard_lost" });
  await beats.promise;
  assert.equal(shard.live, true);
  clearInterval(beat);
  assert.equal(await lost, "shard 0 (fake) hung: no heartbeat for 50 ms");
  await call;
  await shard.close();
});

Deno.test("a call that is not answered times out, and its late answer is passed over", async () => {
  const { shard, say } = fakeShard();
  await assert.rejects(shard.call("setup", {}, 10), {
    code: "shard_timeout",
    message: "setup in shard 0 (fake) took longer than 10ms",
  });
  say({ kind: "answer", id: 1, value: "late" });
  say({ kind: "answer", id: 77, value: "unasked" });
  assert.equal(shard.live, true);
  await shard.close();
});

Deno.test("metrics that don't fit make a shard a lost one", async () => {
  const { shard, lost, say } = fakeShard();
  const counts = {
    planned: 0,
    started: 0,
    completed: 0,
    interrupted: 0,
    dropped: 0,
    thrown: 0,
    late: 0,
  };
  const status = {
    counts,
    open: { started: 0, dropped: 0, waited: 0 },
    lateness: [],
    vus: { active: 0, peak: 0, existing: 0 },
    cpuMs: 0,
    loadCpuMs: 0,
    lag: [],
  };
  say({ kind: "delta", status, metrics: new Uint8Array([9, 9, 9]) });
  assert.match(await lost, /broke the protocol/);
  assert.equal(shard.status, null);
  await shard.close();
});
