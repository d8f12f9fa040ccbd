import assert from "node:assert/strict";
import { Random } from "../../internal/fuzz_for_tests.ts";
import { iterations, TestCoordinator, wholeRun } from "./_coordinator_for_tests.ts";
import { arrivals, TestPool } from "./_pool_for_tests.ts";

const SCHEDULES = 25;

/** Things that go wrong while a part is done; each ends by itself. */
const FAULTS: readonly ((pool: TestPool, random: Random) => Promise<void>)[] = [
  ...["a", "coordinator"].map((name) => async (pool: TestPool, random: Random) => {
    pool.servers.partition(name);
    await pool.clock.sleep(random.below(12_000));
    pool.servers.heal(name);
  }),
  ...[false, true].map((lost) => async (pool: TestPool, random: Random) => {
    pool.servers.stop();
    await pool.clock.sleep(random.below(8000));
    pool.servers.start({ lost });
  }),
  async (pool, random) => {
    pool.servers.electing(true);
    await pool.clock.sleep(random.below(4000));
    pool.servers.electing(false);
  },
  (pool) => Promise.resolve(pool.servers.forgetIds()),
];

/** A part done while random things go wrong; rejects when anything is missing or counted twice. */
async function schedule(seed: number): Promise<void> {
  const random = new Random(seed);
  const pool = new TestPool(seed);
  const share = () => random.below(20) / 100;
  await pool.run(async () => {
    for (const name of ["a", "coordinator"]) {
      pool.servers.faults(name, {
        delayMs: [0, 1 + random.below(200)],
        drop: share(),
        lostAcks: share(),
        duplicate: share(),
      });
    }
    await pool.member();
    const run = new TestCoordinator(pool);
    await run.begin();
    const faults = (async () => {
      // From when its coordinator can have nothing more to offer: what that lost is its own to repeat.
      await pool.until("it runs", () => (run.status?.counts.started ?? 0) > 0);
      for (let n = 1 + random.below(4); n > 0; n--) {
        await pool.clock.sleep(random.below(5000));
        await random.pick(FAULTS)(pool, random);
      }
    })();
    await wholeRun(run, arrivals(20, 15));
    await faults;
    await run.close();
    assert.equal(iterations(run), run.status!.counts.completed);
    assert.equal(run.status!.counts.planned, 300);
    assert.equal(run.records.end?.sent, run.records.merged);
    run.stop();
  });
}

Deno.test("whatever goes wrong, and when: what a part sent is merged, once", async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  for (let n = 0; n < SCHEDULES; n++) {
    await schedule(seed + n).catch((error: unknown) => {
      throw new Error(`seed ${seed + n}`, { cause: error });
    });
  }
});
