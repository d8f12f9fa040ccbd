import assert from "node:assert/strict";
import { agentKey, endKey } from "../names.ts";
import { CLOSE, encodeMessage, readAgentCard } from "../wire/mod.ts";
import { iterations, TestCoordinator, wholeRun } from "./_coordinator_for_tests.ts";
import { arrivals, poolTest } from "./_pool_for_tests.ts";

poolTest(
  "an agent takes a part, does it with its shards, and all of it is merged",
  async (pool) => {
    const member = await pool.member();
    const run = new TestCoordinator(pool);
    await run.begin();
    await wholeRun(run, arrivals(20, 3));
    assert.deepEqual(member.running, ["r.0"]);
    await run.close();
    assert.equal(iterations(run), 60);
    assert.equal(run.status?.counts.completed, 60);
    assert.equal(run.status?.processes, 2);
    assert.deepEqual(run.records.end, { sent: run.records.merged, lost: 0, reason: null });
    await pool.until("the part is gone", () => member.running.length === 0);
    run.stop();
  },
);

poolTest("a card says what an agent is, and goes with it", async (pool) => {
  const member = await pool.member({ labels: { zone: "eu" }, slots: 3 });
  const { keys } = pool.servers.bus("reader");
  const first = readAgentCard((await keys.get(agentKey("a")))!.value);
  assert.deepEqual([first.id, first.labels, first.slots, first.running], [
    "a",
    { zone: "eu" },
    3,
    [],
  ]);
  await pool.clock.sleep(2000);
  assert.ok(readAgentCard((await keys.get(agentKey("a")))!.value).beat > first.beat);
  await member.drain();
  assert.equal(await keys.get(agentKey("a")), null);
});

poolTest("a name is one agent's; one that is gone leaves it", async (pool) => {
  await pool.member();
  await assert.rejects(pool.member(), {
    code: "bus_conflict",
    message: "an agent called a is in the pool already: give this one another --id",
  });
  const { keys } = pool.servers.bus("reader");
  await keys.put(agentKey("b"), encodeMessage({}));
  await pool.member({ id: "b" });
});

poolTest("a command that comes again does nothing", async (pool) => {
  await pool.member();
  const run = new TestCoordinator(pool);
  await run.begin();
  const options = arrivals(10, 2);
  await run.load(options);
  await run.prepare(options);
  const now = pool.clock.now();
  const command = {
    id: 4,
    call: "start",
    args: { startAt: now, sentAt: now, data: null, joinAt: null },
  } as const;
  for (let n = 0; n < 3; n++) assert.equal(await run.send("start", command), true);
  await run.answer(4);
  await run.send("start", command);
  await run.close();
  assert.equal(iterations(run), 20);
  assert.equal(run.events.filter((one) => one.kind === "answer" && one.id === 4).length, 1);
  run.stop();
});

poolTest("once a new coordinator has spoken, the old one is refused", async (pool) => {
  await pool.member();
  const old = new TestCoordinator(pool, "old", 1);
  await old.begin();
  await old.load(arrivals(10, 1));
  const young = new TestCoordinator(pool, "young", 2);
  old.stop();
  await young.begin({}, null);
  assert.equal((await young.prepare(arrivals(10, 1))).kind, "answer");
  assert.equal(await old.send("start", null), false);
  assert.equal(await old.send(CLOSE, null), false);
  // It has read the whole log: also what the old one asked.
  assert.ok(young.events.some((event) => event.kind === "answer" && event.id === 1));
  await young.start();
  await young.close();
  assert.equal(iterations(young), 10);
  young.stop();
});

poolTest("a run that is over ends its part, whatever that does", async (pool) => {
  const member = await pool.member();
  const run = new TestCoordinator(pool);
  await run.begin();
  const options = arrivals(10, 3600);
  await run.load(options);
  await run.prepare(options);
  run.start().catch(() => {});
  await pool.until("it runs", () => (run.status?.counts.started ?? 0) > 0);
  await run.bus.keys.put(endKey("r"), encodeMessage({}));
  await pool.until("the part is gone", () => member.running.length === 0, 5000);
  run.stop();
});

poolTest("an agent that is closed says so, and waits for no coordinator", async (pool) => {
  const member = await pool.member();
  const run = new TestCoordinator(pool);
  await run.begin();
  await run.load(arrivals(10, 3600));
  await member.close();
  await pool.until("goodbye", () => run.records.end !== null, 1000);
  assert.equal(run.records.end?.reason, "its agent was closed");
  run.stop();
});

poolTest("an agent that drains ends what it does, and takes no more", async (pool) => {
  const member = await pool.member();
  const run = new TestCoordinator(pool);
  await run.begin();
  const options = arrivals(10, 5);
  await run.load(options);
  await run.prepare(options);
  const started = run.start();
  const drained = member.drain();
  const next = new TestCoordinator(pool, "other", 1, "next");
  await next.begin();
  await started;
  assert.deepEqual(member.running, ["r.0"]);
  await run.close();
  await drained;
  assert.equal(iterations(run), 50);
  assert.deepEqual([member.running, next.beats.length], [[], 0]);
  run.stop();
  next.stop();
});

poolTest("an agent with two slots does two runs, and a third one after them", async (pool) => {
  const member = await pool.member({ slots: 2 });
  const runs = ["x", "y", "z"].map((name) => new TestCoordinator(pool, name, 1, name));
  for (const run of runs) await run.begin();
  await pool.until("two run", () => member.running.length === 2);
  await pool.clock.sleep(1000);
  assert.deepEqual(member.running, ["x.0", "y.0"]);
  for (const run of runs) {
    await wholeRun(run, arrivals(10, 1));
    await run.close();
    assert.equal(iterations(run), 10);
    run.stop();
  }
});
