import assert from "node:assert/strict";
import { iterations, TestCoordinator, wholeRun } from "./_coordinator_for_tests.ts";
import { arrivals, poolTest, shifted } from "./_pool_for_tests.ts";

for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
  poolTest(`whatever is lost, late or doubled, all is merged once: seed ${seed}`, async (pool) => {
    for (const name of ["a", "coordinator"]) {
      pool.servers.faults(name, { delayMs: [1, 80], drop: 0.1, lostAcks: 0.1, duplicate: 0.2 });
    }
    await pool.member();
    const run = new TestCoordinator(pool);
    await run.begin();
    await wholeRun(run, arrivals(20, 5));
    await run.close();
    assert.equal(iterations(run), 100);
    assert.equal(run.records.end?.sent, run.records.merged);
    run.stop();
  }, seed);
}

poolTest(
  "through a partition of 10 s an agent goes on, and what it kept is merged",
  async (pool) => {
    await pool.member();
    const run = new TestCoordinator(pool);
    await run.begin();
    const load = wholeRun(run, arrivals(10, 20));
    await pool.until("it runs", () => (run.status?.counts.started ?? 0) > 20);
    pool.servers.partition("a");
    await pool.clock.sleep(3000);
    const before = run.records.merged;
    await pool.clock.sleep(7000);
    assert.equal(run.records.merged, before);
    pool.servers.heal("a");
    await load;
    await run.close();
    assert.equal(iterations(run), 200);
    assert.equal(run.records.end?.sent, run.records.merged);
    run.stop();
  },
);

poolTest("servers that come back without what they stored get it again", async (pool) => {
  await pool.member();
  const run = new TestCoordinator(pool);
  await run.begin();
  const load = wholeRun(run, arrivals(10, 12));
  await pool.until("it runs", () => (run.status?.counts.started ?? 0) > 20);
  pool.servers.stop();
  await pool.clock.sleep(2000);
  pool.servers.start({ lost: true });
  await load;
  await run.close();
  assert.equal(iterations(run), 120);
  assert.equal(run.records.end?.sent, run.records.merged);
  run.stop();
});

poolTest("records that the servers acknowledged and lost are sent again", async (pool) => {
  await pool.member();
  const run = new TestCoordinator(pool);
  await run.begin();
  const load = wholeRun(run, arrivals(10, 8));
  await pool.until("it runs", () => (run.status?.counts.started ?? 0) > 20);
  pool.servers.partition("coordinator");
  await pool.clock.sleep(2000);
  pool.servers.loseRecords(2);
  pool.servers.stop();
  pool.servers.start();
  pool.servers.heal("coordinator");
  await load;
  await run.close();
  assert.equal(iterations(run), 80);
  run.stop();
});

poolTest("a clock that is a minute off is measured, and the load starts on time", async (pool) => {
  pool.servers.faults("a", { delayMs: 5 });
  await pool.member({ clock: shifted(pool.clock, 60_000) });
  const run = new TestCoordinator(pool);
  await run.begin();
  const options = arrivals(10, 1);
  await run.load(options);
  await run.prepare(options);
  const startAt = pool.clock.now() + 500;
  await run.start(500);
  const beat = run.beats.at(-1)!;
  assert.ok(Math.abs(beat.clockOffsetMs! - 60_000) < 1, String(beat.clockOffsetMs));
  assert.ok(beat.clockErrorMs! > 0 && beat.clockErrorMs! < 100, String(beat.clockErrorMs));
  assert.ok(Math.abs(beat.startedAt! - startAt) < 1);
  await run.close();
  assert.equal(iterations(run), 10);
  run.stop();
});

poolTest("without room samples are left out and counted, deltas are not", async (pool) => {
  // All but nothing gets out while it runs, and a spool of 1 MiB holds 0.5 MiB of samples.
  await pool.member({ spoolBytes: 1 << 20 });
  const run = new TestCoordinator(pool);
  await run.begin();
  const options = arrivals(2000, 40);
  await run.load(options, { samples: true });
  await run.prepare(options);
  const started = run.start(0);
  await pool.until("it runs", () => (run.status?.counts.started ?? 0) > 0);
  pool.servers.partition("a");
  await pool.clock.sleep(35_000);
  pool.servers.heal("a");
  await started;
  const { lost } = run.beats.at(-1)!;
  await run.close();
  const { completed } = run.status!.counts;
  assert.equal(iterations(run), completed);
  assert.ok(lost > 0 && run.samplesLost > 0, `${lost} ${run.samplesLost}`);
  assert.ok(run.records.end!.lost >= lost);
  run.stop();
});

poolTest("an agent that is closed while the servers are away ends all the same", async (pool) => {
  const member = await pool.member();
  const run = new TestCoordinator(pool);
  await run.begin();
  await run.load(arrivals(10, 3600));
  pool.servers.stop();
  const before = pool.clock.now();
  await member.close();
  assert.ok(pool.clock.now() - before < 40_000, `${pool.clock.now() - before} ms`);
  run.stop();
});

poolTest("a job whose taker could not say that it works on it is not done twice", async (pool) => {
  const member = await pool.member({ slots: 2 });
  const run = new TestCoordinator(pool);
  await run.begin();
  const load = wholeRun(run, arrivals(10, 20));
  await pool.until("it runs", () => (run.status?.counts.started ?? 0) > 20);
  // Longer than servers wait: they offer it again when the agent is back.
  pool.servers.partition("a");
  await pool.clock.sleep(12_000);
  pool.servers.heal("a");
  await load;
  assert.deepEqual(member.running, ["r.0"]);
  await run.close();
  assert.equal(iterations(run), 200);
  await pool.until("it is free", () => member.running.length === 0);
  await pool.clock.sleep(15_000);
  assert.deepEqual(member.running, []);
  run.stop();
});
