import assert from "node:assert/strict";
import { TestCoordinator } from "./_coordinator_for_tests.ts";
import { arrivals, poolTest } from "./_pool_for_tests.ts";

/** Longer than an agent waits for servers that are away, when it is closed. */
const MOST_MS = 10_000 + 100;

/** A part whose load runs on the agent `a`. */
async function running(pool: Parameters<Parameters<typeof poolTest>[1]>[0]) {
  const run = new TestCoordinator(pool);
  await run.begin();
  const options = arrivals(10, 3600);
  await run.load(options);
  await run.prepare(options);
  run.start().catch(() => {});
  await pool.until("it runs", () => (run.status?.counts.started ?? 0) > 0);
  return run;
}

poolTest("an agent that is closed while the servers are away says what is lost", async (pool) => {
  const member = await pool.member();
  const run = await running(pool);
  pool.servers.stop();
  await pool.clock.sleep(3000);
  const at = pool.clock.now();
  await member.close();
  assert(pool.clock.now() - at <= MOST_MS, `${pool.clock.now() - at} ms`);
  const lost = pool.said.flatMap((text) =>
    /^part 0 of run r ends, and (\d+) records of what it said are lost: no server took them$/
      .exec(text)?.[1] ?? []
  );
  assert.equal(lost.length, 1, pool.said.join("\n"));
  // A delta a second, and the goodbye.
  assert(Number(lost[0]) >= 3, lost[0]);
  run.stop();
  pool.servers.start();
});

poolTest(
  "an agent that is closed before its part heard anything does not wait either",
  async (pool) => {
    const member = await pool.member();
    const run = new TestCoordinator(pool);
    await run.begin();
    await pool.until("it has the part", () => member.running.length === 1);
    pool.servers.stop();
    const at = pool.clock.now();
    await member.close();
    assert(pool.clock.now() - at <= MOST_MS, `${pool.clock.now() - at} ms`);
    run.stop();
    pool.servers.start();
  },
);

poolTest("an agent that drains while the servers are away can be closed", async (pool) => {
  const member = await pool.member();
  const run = await running(pool);
  pool.servers.stop();
  const drained = member.drain();
  await pool.clock.sleep(60_000);
  assert.deepEqual(member.running, ["r.0"]);
  const at = pool.clock.now();
  await Promise.all([member.close(), member.close()]);
  assert(pool.clock.now() - at <= MOST_MS, `${pool.clock.now() - at} ms`);
  pool.servers.start();
  await drained;
  assert.deepEqual(member.running, []);
  run.stop();
});
