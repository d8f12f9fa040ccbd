import assert from "node:assert/strict";
import { once } from "node:events";
import { systemClock } from "./clock.ts";
import type { ControlState } from "./mod.ts";
import { type PoolRun, runOn, type TestPool, testPool } from "./_pool_for_tests.ts";
import { checkResult } from "./testdata/runs.ts";

const setup = { modules: {}, builtins: { load: () => ({ default() {} }) } };
const OPEN = {
  ...{ executor: "constant-arrival-rate", rate: 20, timeUnit: "1s", duration: "60s" },
  preAllocatedVUs: 8,
};
const STEERED = {
  scenarios: {
    open: OPEN,
    other: { ...OPEN, rate: 1 },
    vus: { executor: "externally-controlled", vus: 1, maxVUs: 4, duration: "60s" },
  },
};

/** A run of which each change that was made live is kept. */
function kept(pool: TestPool, request: Parameters<typeof runOn>[2] = {}, overrides = STEERED) {
  const states: { state: ControlState; told: number }[] = [];
  const progressed = new EventTarget();
  const commands = () => pool.sent.flatMap(([, { call, args }]) => call === "control" ? args : []);
  const run: PoolRun = runOn(pool, overrides, {
    async controlled(state) {
      states.push({ state: structuredClone(state), told: commands().length });
      await Promise.resolve();
    },
    ...request,
  }, () => progressed.dispatchEvent(new Event("progress")));
  const until = async (what: (status: ReturnType<PoolRun["status"]>) => boolean) => {
    while (!what(run.status())) await once(progressed, "progress");
  };
  return { run, states, commands, until };
}

const isRunning = ({ phase, iterations }: { phase: string; iterations: { started: number } }) =>
  phase === "running" && iterations.started > 0;

Deno.test("what is set live is kept before a shard hears of it, and all of it each time", async () => {
  const { run, states, commands, until } = kept(testPool(setup));
  await until(isRunning);
  await run.setRate(50, "open");
  await run.setRate(60, "open");
  await run.setVUs(3, 9);
  await run.pause();
  await run.resume();
  // Two shards hear each, and each was kept before.
  assert.deepEqual(states.map(({ told }) => told), [0, 2, 4, 6, 8]);
  assert.equal(commands().length, 10);
  const [paused, resumed] = states.slice(3).map(({ state }) => state);
  assert.deepEqual(paused!.rates["open"]!.map(({ perSecond }) => perSecond), [50, 60]);
  assert.deepEqual(paused!.vus, { vus: { vus: 3, maxVUs: 9 } });
  assert.deepEqual([paused!.loading, paused!.lostMs, paused!.resumedAt], [true, 0, null]);
  assert.equal(resumed!.pausedAt, null);
  assert.equal(resumed!.lostMs, resumed!.resumedAt! - paused!.pausedAt!);
  run.stop();
  checkResult(await run.result);
});

Deno.test("a run that is taken over in a pause is paused, knows its past, and goes on when told", async () => {
  const now = systemClock.now();
  const control: ControlState = {
    ...{ loading: true, pausedAt: now - 3000, resumedAt: now - 5000, lostMs: 2000 },
    rates: { open: [{ atMs: 10, perSecond: 50 }, { atMs: 20, perSecond: 400 }] },
    vus: { vus: { vus: 2, maxVUs: 9 } },
  };
  const startBarrier = () => Promise.resolve(now - 10_000);
  const { run, commands, until } = kept(testPool(setup), { control, startBarrier });
  await assert.rejects(run.pause(), { code: "control_over", message: /before it is taken over/ });
  await until(({ phase }) => phase === "running");
  const { paused, elapsedMs, steered } = run.status();
  // Ten seconds ago it began; two were lost, and the last three stand still.
  assert.equal(paused, true);
  assert.equal(Math.round(elapsedMs), 5000);
  assert.deepEqual(steered, { open: 400, vus: 2 });
  assert.deepEqual(
    commands().filter((_, k) => k % 2 === 0),
    commands().filter((_, k) => k % 2 === 1),
    "both shards hear the same",
  );
  assert.deepEqual(commands().map(({ action }) => action).filter((_, k) => k % 2 === 0), [
    ...["rate", "rate", "vus", "pause"],
  ]);
  await run.setVUs(9);
  await run.resume();
  await until(({ vus }) => vus >= 9);
  run.stop();
  const result = checkResult(await run.result);
  assert(result.pausedMs >= 5000, `${result.pausedMs}`);
});

Deno.test("shards of a run that is taken over after a pause hear that it is over", async () => {
  const now = systemClock.now();
  const control: ControlState = {
    ...{ loading: true, pausedAt: null, resumedAt: now - 100, lostMs: 400, rates: {}, vus: {} },
  };
  const startBarrier = () => Promise.resolve(now - 1000);
  const { run, commands, until } = kept(testPool(setup), { control, startBarrier });
  await until(isRunning);
  assert.deepEqual(commands(), Array(2).fill({ action: "resume", at: now - 100 }));
  run.stop();
  assert.equal((await run.result).pausedMs, 400);
});

Deno.test("a run that was held back before its load is held back by whoever takes it over", async () => {
  const first = kept(testPool(setup), {}, { ...STEERED, paused: true } as typeof STEERED);
  await first.until(({ paused }) => paused);
  first.run.kill();
  await assert.rejects(first.run.result);
  const { state: control } = first.states.at(-1)!;
  assert.deepEqual([control.loading, control.pausedAt !== null], [false, true]);

  const second = kept(testPool(setup), { control }, { ...STEERED, paused: true } as typeof STEERED);
  await second.until(({ phase }) => phase === "init");
  assert.equal(second.run.status().paused, true);
  await second.run.resume();
  await second.until(isRunning);
  assert.deepEqual(second.commands(), []);
  second.run.stop();
  assert.equal((await second.run.result).pausedMs, 0);

  // It was resumed: its option does not hold it back again.
  const { state: resumed } = second.states.at(-1)!;
  const third = kept(
    testPool(setup),
    { control: resumed },
    {
      ...STEERED,
      paused: true,
    } as typeof STEERED,
  );
  await third.until(isRunning);
  third.run.stop();
  checkResult(await third.run.result);
});

Deno.test("shards hear what can't be kept, and whoever set it that it can't", async () => {
  const { run, commands, until } = kept(testPool(setup), {
    controlled: () => Promise.reject(new Error("no server")),
  });
  await until(isRunning);
  await assert.rejects(run.setRate(30, "other"), { message: "no server" });
  assert.equal(commands().length, 2);
  run.stop();
  checkResult(await run.result);
});
