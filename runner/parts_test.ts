import assert from "node:assert/strict";
import { ExitCode } from "../internal/mod.ts";
import { scenario } from "./api/mod.ts";
import { INFO, runOn, testPool } from "./_pool_for_tests.ts";
import { checkResult } from "./testdata/runs.ts";

const setup = { modules: {}, builtins: { load: () => ({ default() {} }) } };
const ARRIVALS = {
  scenarios: {
    a: { executor: "constant-arrival-rate", rate: 200, duration: "1s", preAllocatedVUs: 16 },
  },
};

Deno.test("weights say how the work is split over parts", async () => {
  const pool = testPool(setup);
  const parts = { count: 3, weights: [1, 2, 5] };
  const result = checkResult(await runOn(pool, ARRIVALS, { parts }).result);
  const planned = result.shards.map(({ iterations }) => iterations.planned);
  assert.deepEqual(planned, [25, 50, 125]);
  assert.deepEqual(result.shards.map(({ share }) => share), planned.map((n) => n / 200));
});

Deno.test("parts that no VU falls to are there and have nothing to do", async () => {
  const seen: number[] = [];
  const load = () => ({ default: () => void seen.push(scenario.iterationInTest) });
  const pool = testPool({ modules: {}, builtins: { load } });
  const parts = { count: 4, weights: null };
  const result = checkResult(await runOn(pool, { vus: 2, iterations: 6 }, { parts }).result);
  assert.equal(pool.started.length, 4);
  assert.deepEqual(result.shards.map(({ iterations }) => iterations.started), [3, 3, 0, 0]);
  assert.deepEqual(seen.sort(), [0, 1, 2, 3, 4, 5]);
});

Deno.test("numbers of parts are checked", async () => {
  for (
    const [parts, message] of [
      [{ count: 0, weights: null }, /^parts\.count must be a whole number from 1 to 10000: 0$/],
      [{ count: 2, weights: [1] }, /^parts\.weights must be 2 whole numbers from 1 on/],
      [{ count: 2, weights: [1, 0] }, /^parts\.weights/],
      [{ count: 2, weights: [1, 65_536] }, /^parts\.weights/],
    ] as const
  ) {
    await assert.rejects(runOn(testPool(setup), { vus: 1 }, { parts }).result, { message });
  }
});

Deno.test("a bundle runs without its file, under its title", async () => {
  const code = "export const options = { vus: 2, iterations: 4 }; export default function () {}";
  const bundle = { entry: "/nowhere/load.ts", code, map: "" };
  const source = { kind: "bundle", bundle, title: "of elsewhere" } as const;
  const result = checkResult(await runOn(testPool(setup), {}, { source }).result);
  assert.deepEqual([result.name, result.iterations.completed], ["of elsewhere", 4]);
});

Deno.test("the load begins when the barrier says, which is asked once", async () => {
  const proposals: number[] = [];
  const pool = testPool(setup);
  const run = runOn(pool, { vus: 2, iterations: 2 }, {
    startBarrier(proposed) {
      proposals.push(proposed);
      return Promise.resolve(proposed - 200);
    },
  });
  const { startedAt } = await run.result;
  assert.equal(proposals.length, 1);
  assert.equal(startedAt, Math.round(proposals[0]! - 200));
  const starts = pool.sent.flatMap(([, { call, args }]) => call === "start" ? [args.startAt] : []);
  assert.deepEqual(starts, [proposals[0]! - 200, proposals[0]! - 200]);
});

Deno.test("a run may be stopped at the barrier, and be paused there", async () => {
  const stopped = runOn(testPool(setup), { vus: 2, duration: "9s" }, {
    startBarrier(proposed) {
      stopped.stop();
      return Promise.resolve(proposed);
    },
  });
  await assert.rejects(stopped.result, { code: "run_stopped" });

  const pool = testPool(setup);
  const overrides = { vus: 2, iterations: 2 };
  const paused = runOn(pool, overrides, {
    async startBarrier(proposed) {
      await paused.pause();
      return proposed - 500;
    },
  }, ({ paused: isPaused }) => {
    const told = pool.sent.some(([, { call, args }]) =>
      call === "control" && args.action === "pause"
    );
    if (isPaused && told) void paused.resume();
  });
  assert.equal(checkResult(await paused.result).iterations.completed, 2);
  const actions = pool.sent.flatMap(([, { call, args }]) =>
    call === "control" ? [args.action] : []
  );
  assert.ok(actions.includes("pause"), `${actions}`);
});

Deno.test("a shard that is lost at the barrier is lost to the run", async () => {
  const pool = testPool(setup);
  const result = checkResult(
    await runOn(pool, { vus: 2, iterations: 4 }, {
      startBarrier(proposed) {
        pool.lose(1);
        return new Promise((resolve) => setTimeout(resolve, 0, proposed - 500));
      },
    }).result,
  );
  assert.deepEqual([result.exitCode, result.complete], [ExitCode.shardLost, false]);
  assert.deepEqual([result.iterations.planned, result.iterations.completed], [4, 2]);
});

Deno.test("what links say of themselves is seen while the run goes on and at its end", async () => {
  const pool = testPool(setup);
  pool.infos[1] = { ...INFO, agent: "b", silent: true };
  const run = runOn(pool, { vus: 2, iterations: 2, minIterationDuration: "100ms" });
  const result = await run.result;
  const views = run.progress.findLast(({ phase }) => phase === "running")!.shards;
  assert.deepEqual(views.map(({ state }) => state), ["running", "silent"]);
  assert.deepEqual(views.map(({ link }) => link?.agent), ["agent-0", "b"]);
  assert.deepEqual(result.shards.map(({ state, link }) => [state, link?.agent]), [
    ["done", "agent-0"],
    ["done", "b"],
  ]);
  assert.deepEqual(run.status().shards.length, 2);
});

Deno.test("records that did not come make a result incomplete, by name", async () => {
  const pool = testPool(setup);
  pool.infos[1] = { ...INFO, missing: 3 };
  const result = await runOn(pool, { vus: 2, iterations: 2 }).result;
  assert.deepEqual([result.complete, result.exitCode], [false, ExitCode.shardLost]);
  const text = "The result is incomplete: 3 records of shard 1 (agent-1) did not come";
  assert.deepEqual(result.failures, [text]);
});
