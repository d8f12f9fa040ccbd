import assert from "node:assert/strict";
import {
  isRunning,
  OPEN,
  optionsOf,
  progressed,
  RunPool,
  started,
  takeOver,
} from "./_pool_for_tests.ts";

Deno.test("a run that is taken over in a pause is paused still, and what was set is known", async () => {
  await using pool = new RunPool();
  await pool.join("a");
  await pool.join("b");
  const watch = progressed();
  const { run, handle } = await started(optionsOf(pool, OPEN(6)), watch);
  await watch.until(isRunning);
  await handle.setRate(80);
  await watch.until(({ iterations }) => iterations.started > 60);
  await handle.pause();
  const before = handle.status();

  const second = await takeOver(pool, run.id);
  await second.watch.until(({ phase, paused }) => phase === "running" && paused);
  const after = second.handle.status();
  assert.deepEqual(after.steered, { open: 80 });
  const later = await second.watch.next();
  assert.deepEqual([later.paused, later.elapsedMs], [true, after.elapsedMs]);
  await second.handle.resume();
  await second.watch.until(({ iterations }) => iterations.started > before.iterations.started + 20);
  const result = await second.handle.result;
  pool.heal("coordinator");
  await second.taken.end(result);
  assert.equal(result.exitCode, 0, result.failures.join());
  assert.equal(result.complete, true);
  assert(result.pausedMs > 0);
  const { planned, completed, dropped } = result.iterations;
  // All at the first rate would be 240, all at the second 480.
  assert(planned > 240 && planned < 480, `${planned}`);
  assert.equal(completed + dropped, planned);
  await run.end(await handle.result);
});

Deno.test("one that takes over for a lost agent hears what an earlier coordinator had set", async () => {
  await using pool = new RunPool();
  for (const id of ["a", "b", "c"]) await pool.join(id);
  const watch = progressed();
  const { run, handle } = await started(
    optionsOf(pool, OPEN(9), {}, {
      ...{ onLoss: "redistribute", lossAfterMs: 2500, agents: { count: 2, labels: {} } },
    }),
    watch,
  );
  await watch.until(isRunning);
  await handle.setRate(100);
  const second = await takeOver(pool, run.id);
  await second.watch.until(({ iterations }) => iterations.started > 100);
  pool.partition("b");
  const result = await second.handle.result;
  pool.heal("coordinator");
  await second.taken.end(result);
  assert.deepEqual(result.shards.map(({ state }) => state), ["done", "lost", "done"]);
  const [kept, lost, spare] = result.shards.map(({ iterations }) => iterations);
  // The spare one plans by the same rates as those that were there when they were set.
  assert(
    Math.abs(kept!.planned - lost!.planned - spare!.planned) <= 1,
    JSON.stringify(result.shards),
  );
  // At the first rate it would be 180.
  assert(kept!.planned > 180, `${kept!.planned}`);
  await run.end(await handle.result);
});
