import assert from "node:assert/strict";
import { addIterations, brokenIdentities, inFlight, noIterations, settle } from "./ledger.ts";
import { seeded } from "./_random_for_tests.ts";
import type { IterationCounts } from "./result.ts";

/** Counts as a shard may report them in the middle of a run. */
function midRun(random: (n: number) => number): IterationCounts {
  const [completed, interrupted, running] = [random(1000), random(10), random(50)];
  const started = completed + interrupted + running;
  const dropped = random(20);
  const planned = started + dropped + random(100);
  const thrown = random(completed + 1);
  return { planned, started, completed, interrupted, dropped, thrown, late: random(started + 1) };
}

Deno.test("the identities hold after settling any lost shard, and in the sum with others", () => {
  for (let seed = 1; seed <= 500; seed++) {
    const random = seeded(seed);
    const counts = midRun(random);
    const share = random(2000);
    const settled = settle(counts, share);
    assert.deepEqual(brokenIdentities(settled), [], `seed ${seed}`);
    assert.equal(inFlight(settled), 0, `seed ${seed}`);
    assert.ok(settled.planned >= share, `seed ${seed}: its share of the plan is in the totals`);
    assert.equal(settled.started, counts.started, `seed ${seed}: nothing is started afterwards`);
    assert.equal(settled.completed, counts.completed, `seed ${seed}`);
    const sum = addIterations([settled, settle(midRun(random)), noIterations()]);
    assert.deepEqual(brokenIdentities(sum), [], `seed ${seed}: sum`);
  }
});

Deno.test("settling counts that are final changes nothing", () => {
  const counts = { ...noIterations(), planned: 5, started: 4, completed: 4, dropped: 1, thrown: 2 };
  assert.deepEqual(settle(counts), counts);
  assert.deepEqual(settle(settle(counts)), counts);
});

Deno.test("broken identities are named with their numbers", () => {
  const counts = { ...noIterations(), planned: 3, started: 1, completed: 1 };
  assert.deepEqual(brokenIdentities(counts), ["planned 3 is not started 1 + dropped 0"]);
});
