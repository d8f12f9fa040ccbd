import assert from "node:assert/strict";
import { ExitCode } from "../internal/mod.ts";
import { scenario } from "./api/mod.ts";
import { runOn, testPool } from "./_pool_for_tests.ts";
import type { ShardSetup } from "./shard/mod.ts";
import { checkResult } from "./testdata/runs.ts";

/** Notes the numbers of iterations. */
function noting(seen: number[] = []): ShardSetup {
  const load = () => ({ default: () => void seen.push(scenario.iterationInTest) });
  return { modules: {}, builtins: { load } };
}

const ARRIVALS = {
  scenarios: {
    a: {
      ...{ executor: "constant-arrival-rate", rate: 200, duration: "1500ms" },
      ...{ preAllocatedVUs: 4, maxVUs: 4 },
    },
  },
};

/** Calls `then` once, when a shard has completed an iteration. */
function onceRunning(index: number, then: () => void) {
  let done = false;
  return ({ shards }: { readonly shards: readonly { iterations: { completed: number } }[] }) => {
    if (done || (shards[index]?.iterations.completed ?? 0) === 0) return;
    done = true;
    then();
  };
}

Deno.test("what a lost shard left is done by another, from a time on: no arrival twice, none forgotten", async () => {
  const seen: number[] = [];
  const pool = testPool(noting(seen));
  const onLoss = "redistribute";
  const run = runOn(pool, ARRIVALS, { onLoss }, onceRunning(1, () => pool.lose(1)));
  const result = checkResult(await run.result);
  assert.deepEqual(pool.started, [[0, null], [1, null], [2, 1]]);
  const [first, lost, other] = result.shards;
  assert.deepEqual([first!.iterations.planned, result.iterations.planned], [150, 300]);
  assert.equal(lost!.iterations.planned + other!.iterations.planned, 150);
  assert.ok(other!.iterations.completed > 0 && lost!.iterations.dropped > 0);
  assert.deepEqual([lost!.state, other!.state, other!.instead], ["lost", "done", 1]);
  assert.equal(new Set(seen).size, seen.length);
  assert.deepEqual([result.exitCode, result.failures, result.complete], [0, [], true]);
  assert.equal(result.generator.verdict, "limited");
  assert.ok(run.logs.some(({ text }) => /^shard 2 .* takes over from shard 1 /.test(text)));
});

Deno.test("a shard that takes over knows how the load was changed and paused", async () => {
  const pool = testPool(noting());
  let held: Promise<void> | undefined;
  const run = runOn(
    pool,
    {
      scenarios: {
        ...ARRIVALS.scenarios,
        b: { executor: "externally-controlled", vus: 1, maxVUs: 9, duration: "1500ms" },
      },
      minIterationDuration: "20ms",
    },
    { onLoss: "redistribute" },
    onceRunning(1, () => {
      held = (async () => {
        await run.setVUs(4);
        await run.setRate(100);
        await run.pause();
        pool.lose(1);
        while (!pool.sent.some(([index, { call }]) => index === 2 && call === "start")) {
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        await run.resume();
      })();
    }),
  );
  const result = checkResult(await run.result);
  await held;
  const said = pool.sent.filter(([index]) => index === 2).map(([, { call, args }]) =>
    call === "control" ? args.action : call
  );
  const expected = ["load", "prepare", "rate", "vus", "pause", "start", "resume"];
  assert.deepEqual(said.slice(0, expected.length), expected);
  assert.deepEqual([result.exitCode, result.shards[2]!.instead], [0, 1]);
  assert.ok(result.pausedMs > 0 && result.shards[2]!.iterations.completed > 0);
});

Deno.test("a number of iterations is not redistributed: the run goes on, fails and says so", async () => {
  const pool = testPool(noting());
  const run = runOn(
    pool,
    { vus: 2, iterations: 40, minIterationDuration: "10ms" },
    { onLoss: "redistribute" },
    onceRunning(1, () => pool.lose(1)),
  );
  const result = checkResult(await run.result);
  assert.equal(pool.started.length, 2);
  assert.deepEqual([result.exitCode, result.complete], [ExitCode.shardLost, false]);
  assert.match(
    result.failures[0]!,
    /^shard 1 \(agent-1\) died: its agent is gone \(its work can't be redistributed: default has a fixed number/,
  );
  assert.equal(result.iterations.planned, 40);
});

Deno.test("of several scenarios those that end by the clock are redistributed, the others marked", async () => {
  const pool = testPool(noting());
  const counted = { executor: "per-vu-iterations", vus: 2, iterations: 20, maxDuration: "2s" };
  const overrides = {
    scenarios: { ...ARRIVALS.scenarios, b: counted },
    minIterationDuration: "10ms",
  };
  const lose = onceRunning(1, () => pool.lose(1));
  const result = checkResult(
    await runOn(pool, overrides, { onLoss: "redistribute" }, lose).result,
  );
  assert.equal(result.iterations.planned, 300 + 40);
  assert.match(result.failures[0]!, /b has a fixed number of iterations\)$/);
  assert.deepEqual([result.failures.length, result.exitCode], [1, ExitCode.shardLost]);
  assert.ok(result.shards[2]!.iterations.completed > 0);
});

Deno.test("a shard that is lost while it takes over is followed by another, until it is enough", async () => {
  const pool = testPool(noting());
  const started = new Set<number>();
  const run = runOn(pool, ARRIVALS, { onLoss: "redistribute" }, ({ shards }) => {
    if ((shards[1]?.iterations.completed ?? 0) === 0) return;
    for (const { index } of shards) {
      if (index === 0 || started.has(index)) continue;
      started.add(index);
      pool.lose(index);
    }
  });
  const result = checkResult(await run.result);
  assert.deepEqual(pool.started, [[0, null], [1, null], [2, 1], [3, 2], [4, 3]]);
  assert.equal(result.iterations.planned, 300);
  assert.deepEqual([result.exitCode, result.complete], [ExitCode.shardLost, false]);
  assert.match(result.failures[0]!, /can't be redistributed: 3 shards were lost with it\)$/);
});

Deno.test("where nobody can take over the run says why", async () => {
  const pool = testPool(noting(), (index) => index > 1 ? "no agent is left" : null);
  const lose = onceRunning(1, () => pool.lose(1));
  const run = runOn(pool, ARRIVALS, { onLoss: "redistribute" }, lose);
  const result = checkResult(await run.result);
  assert.equal(result.exitCode, ExitCode.shardLost);
  assert.match(result.failures[0]!, /can't be redistributed: .*no agent is left\)$/);
  assert.equal(result.iterations.planned, 300);
});

for (const onLoss of ["mark", "abort"] as const) {
  Deno.test(`a loss with ${onLoss} fails the run${onLoss === "abort" ? ", at once" : ""}`, async () => {
    const pool = testPool(noting());
    const lose = onceRunning(1, () => pool.lose(1));
    const result = checkResult(await runOn(pool, ARRIVALS, { onLoss }, lose).result);
    assert.deepEqual([result.exitCode, result.complete], [ExitCode.shardLost, false]);
    assert.deepEqual(result.failures, ["shard 1 (agent-1) died: its agent is gone"]);
    assert.equal(result.shards[0]!.iterations.planned === 150, onLoss === "mark");
    assert.equal(pool.started.length, 2);
  });
}
