import assert from "node:assert/strict";
import { startRun } from "../../runner/mod.ts";
import {
  isRunning,
  OPEN,
  optionsOf,
  progressed,
  requestOf,
  RunPool,
  started,
  time,
} from "./_pool_for_tests.ts";
import { attachPoolRun } from "./pool_run.ts";

/** Takes a run over while its coordinator is cut off. */
async function takeOver(pool: RunPool, run: string) {
  pool.partition("coordinator");
  const { source: _, ...own } = requestOf("");
  const taken = await attachPoolRun({
    ...{ bus: pool.bus("second"), time, where: "memory", holder: "the second" },
    ...{ run, force: true, own },
  });
  const watch = progressed();
  return { taken, watch, handle: startRun(taken.request, watch) };
}

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
  // The clocks of both are one, but for what it is measured by.
  assert(Math.abs(after.elapsedMs - before.elapsedMs) < 50);
  await time.sleep(1000);
  assert.equal(second.handle.status().elapsedMs, after.elapsedMs);
  await second.handle.resume();
  await second.watch.until(({ iterations }) => iterations.started > before.iterations.started + 20);
  const result = await second.handle.result;
  pool.heal("coordinator");
  await second.taken.end(result);
  assert.equal(result.exitCode, 0, result.failures.join());
  assert.equal(result.complete, true);
  assert(result.pausedMs > 1000 && result.durationMs < 8000, JSON.stringify(result.durationMs));
  const { planned, completed, dropped } = result.iterations;
  assert(planned > 300 && planned <= 480, `${planned}`);
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
  assert(kept!.planned > 300, `${kept!.planned}`);
  await run.end(await handle.result);
});
