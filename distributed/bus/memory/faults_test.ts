import assert from "node:assert/strict";
import { seededRandom, VirtualClock } from "../../virtual_clock_for_tests.ts";
import { bytesOf, firstOf, textOf } from "../_contract_world_for_tests.ts";
import { ACK_WAIT_MS } from "../bus.ts";
import { memoryServers, type MemoryServersOptions } from "./servers.ts";

const world = (seed = 1, options: Partial<MemoryServersOptions> = {}) => {
  const time = new VirtualClock(1_000_000);
  return { time, servers: memoryServers({ time, random: seededRandom(seed), ...options }) };
};

Deno.test("records survive drops, lost acknowledgements and delays, each once", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { time, servers } = world(seed);
    servers.faults("a", { delayMs: [0, 40], drop: 0.2, lostAcks: 0.3, duplicate: 0.2 });
    servers.faults("b", { delayMs: [5, 20], drop: 0.1, lostAcks: 0.1 });
    const [writer, reader] = [servers.bus("a"), servers.bus("b")];
    const records = await time.run((async () => {
      const read = firstOf(reader.log, "up.>", 50);
      for (let i = 0; i < 50; i++) await writer.log.append("up.r", `${i}`, bytesOf(`${i}`));
      return await read;
    })());
    assert.deepEqual(
      records.map(({ bytes }) => Number(textOf(bytes))),
      [...Array(50).keys()],
      `seed ${seed}`,
    );
    assert.equal(servers.recordsOf("up.>"), 50, `seed ${seed}`);
  }
});

Deno.test("the same seed makes the same run", async () => {
  const run = async (seed: number) => {
    const { time, servers } = world(seed);
    servers.faults("a", { delayMs: [0, 40], drop: 0.2, lostAcks: 0.3 });
    const bus = servers.bus("a");
    const moments: number[] = [];
    await time.run((async () => {
      for (let i = 0; i < 30; i++) {
        await bus.log.append("up", `${i}`, bytesOf("x"));
        await bus.blobs.put(bytesOf(`${i}`));
        moments.push(time.now());
      }
    })());
    return moments;
  };
  assert.deepEqual(await run(7), await run(7));
  assert.notDeepEqual(await run(7), await run(8));
});

Deno.test("a write whose answer was lost isn't taken for another's", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { time, servers } = world(seed);
    servers.faults("a", { lostAcks: 0.5 });
    const [a, b] = [servers.bus("a"), servers.bus("b")];
    await time.run((async () => {
      const first = await a.keys.create("lease", bytesOf("a1"));
      const second = await a.keys.update("lease", bytesOf("a2"), first);
      await assert.rejects(b.keys.update("lease", bytesOf("b"), first), { code: "bus_conflict" });
      await b.keys.update("lease", bytesOf("b"), second);
      await assert.rejects(a.keys.update("lease", bytesOf("a3"), second), { code: "bus_conflict" });
    })());
  }
});

Deno.test("a member that is cut off notices, waits, and goes on when it is back", async () => {
  const { time, servers } = world();
  const [a, b] = [servers.bus("a"), servers.bus("b")];
  const told: string[] = [];
  a.onConnection((connected) => told.push(`${connected} at ${time.now() - 1_000_000}`));
  await time.run((async () => {
    const abort = new AbortController();
    const heard: string[] = [];
    await b.live.handle("beat", (bytes) => void heard.push(textOf(bytes)), abort.signal);
    servers.partition("a");
    const waiting = a.log.append("up", "1", bytesOf("kept"));
    a.live.send("beat", bytesOf("lost"));
    await b.log.append("up", "2", bytesOf("other"));
    await time.sleep(10_000);
    servers.heal("a");
    await waiting;
    a.live.send("beat", bytesOf("heard"));
    await time.sleep(1);
    assert.deepEqual(heard, ["heard"]);
    const records = await firstOf(b.log, "up", 2);
    assert.deepEqual(records.map(({ bytes }) => textOf(bytes)), ["other", "kept"]);
    abort.abort();
  })());
  assert.deepEqual(told, ["true at 0", "false at 4000", "true at 10250"]);
});

Deno.test("calls that wait longer than their patience are lost", async () => {
  const { time, servers } = world();
  const bus = servers.bus("a", { patienceMs: 3000 });
  await time.run((async () => {
    servers.stop();
    const begun = time.now();
    await assert.rejects(bus.keys.put("key", bytesOf("x")), {
      code: "bus_lost",
      message: "put key: the servers gave no answer for 3000 ms",
    });
    assert.equal(time.now() - begun, 3000);
    await assert.rejects(bus.live.request("x", bytesOf("x"), 100), { code: "bus_missing" });
    servers.start();
    await bus.keys.put("key", bytesOf("x"));
    servers.electing(true);
    await assert.rejects(bus.keys.put("key", bytesOf("x")), { code: "bus_lost" });
    servers.electing(false);
    await bus.keys.put("key", bytesOf("x"));
  })());
});

Deno.test("servers come again with what they kept, or without", async () => {
  const { time, servers } = world();
  const bus = servers.bus("a");
  await time.run((async () => {
    const abort = new AbortController();
    const read: string[] = [];
    const reading = bus.log.read("up", ({ bytes }) => void read.push(textOf(bytes)), abort.signal);
    reading.catch(() => {}); // A failure before its end says more.
    const watched: string[] = [];
    await bus.keys.put("agents.a", bytesOf("1"));
    await bus.keys.watch("agents", (key, entry) => {
      watched.push(`${key}=${textOf(entry?.value)}`);
    }, abort.signal);
    await bus.log.append("up", "1", bytesOf("1"));
    for (const lost of [false, true]) {
      servers.stop();
      await time.sleep(100);
      servers.start({ lost });
      await bus.log.append("up", `after ${lost}`, bytesOf(`after ${lost}`));
      await time.sleep(10);
    }
    await bus.keys.put("agents.b", bytesOf("2"));
    await time.sleep(3000);
    assert.deepEqual(read, ["1", "after false", "after true"]);
    assert.deepEqual(watched.toSorted(), ["agents.a=1", "agents.a=nothing", "agents.b=2"]);
    abort.abort();
    await reading;
  })());
});

Deno.test("acknowledged records can be lost, and ids forgotten", async () => {
  const { time, servers } = world();
  const bus = servers.bus("a");
  await time.run((async () => {
    for (const id of ["1", "2", "3"]) await bus.log.append("up", id, bytesOf(id));
    servers.loseRecords(2);
    assert.equal(servers.recordsOf("up"), 1);
    await bus.log.append("up", "3", bytesOf("3"));
    assert.equal(servers.recordsOf("up"), 1, "its id is known still");
    servers.forgetIds();
    await bus.log.append("up", "3", bytesOf("3"));
    await bus.log.append("up", "1", bytesOf("1"));
    const records = await firstOf(bus.log, "up", 3);
    assert.deepEqual(records.map(({ bytes }) => textOf(bytes)), ["1", "3", "1"]);
    await time.sleep(120_000);
    await bus.log.append("up", "1", bytesOf("1"));
    assert.equal(servers.recordsOf("up"), 4, "an id is remembered for two minutes");
  })());
});

Deno.test("live messages are lost, late and doubled; requests find who answers", async () => {
  const { time, servers } = world(3);
  servers.faults("a", { duplicate: 1 });
  const [a, b] = [servers.bus("a"), servers.bus("b")];
  await time.run((async () => {
    const abort = new AbortController();
    const heard: string[] = [];
    await b.live.handle("beat", (bytes) => void heard.push(textOf(bytes)), abort.signal);
    a.live.send("beat", bytesOf("twice"));
    await time.sleep(1);
    assert.deepEqual(heard, ["twice", "twice"]);
    servers.faults("a", { drop: 1 });
    a.live.send("beat", bytesOf("dropped"));
    await assert.rejects(a.live.request("beat", bytesOf("?"), 500), { code: "bus_missing" });
    servers.faults("a", { delayMs: 200 });
    a.live.send("beat", bytesOf("late"));
    await time.sleep(199);
    assert.equal(heard.length, 2);
    await time.sleep(2);
    assert.deepEqual(heard.slice(2), ["late"]);
    abort.abort();
  })());
});

Deno.test("a job whose taker was cut off comes again, also when its answer was lost", async () => {
  const { time, servers } = world();
  servers.faults("a", { lostAcks: 1 });
  const [a, b] = [servers.bus("a"), servers.bus("b")];
  await time.run((async () => {
    const abort = new AbortController();
    const never = a.jobs.take("jobs.x", abort.signal);
    await b.jobs.offer("jobs.x", "1", bytesOf("job"));
    servers.partition("a");
    const begun = time.now();
    const job = await b.jobs.take("jobs.x", new AbortController().signal);
    assert.equal(job?.deliveries, 2);
    assert.equal(time.now() - begun, ACK_WAIT_MS);
    await job?.done();
    abort.abort();
    assert.equal(await never, null);
  })());
});

Deno.test("a thousand members at once are no trouble", async () => {
  const { time, servers } = world();
  await time.run((async () => {
    const reader = servers.bus("reader");
    const read = firstOf(reader.log, "up.>", 1000);
    const abort = new AbortController();
    const started = await Promise.all(
      Array.from({ length: 1000 }, async (_, i) => {
        const bus = servers.bus(`m${i}`);
        const seen = Promise.withResolvers<void>();
        await bus.keys.watch("runs", () => seen.resolve(), abort.signal);
        await bus.log.append(`up.r.${i}`, `${i}`, bytesOf(`${i}`));
        await seen.promise;
        return i;
      }).concat(read.then(() => reader.keys.put("runs.start", bytesOf("now")))),
    );
    assert.equal(started.length, 1001);
    abort.abort();
  })());
});
