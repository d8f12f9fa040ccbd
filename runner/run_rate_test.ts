import assert from "node:assert/strict";
import { ExitCode } from "../internal/mod.ts";
import { checkResult, runScript, type TestRun } from "./testdata/runs.ts";

const OPEN = { executor: "constant-arrival-rate", rate: 2, preAllocatedVUs: 4, duration: "60s" };
const scenarios = (...names: string[]) => ({
  overrides: { scenarios: Object.fromEntries(names.map((name) => [name, OPEN])) },
});

/** Resolves when so many iterations have started. */
async function until(run: TestRun, started: number) {
  while (!run.progress.some(({ iterations }) => iterations.started >= started)) {
    await new Promise<void>((resolve) => void setTimeout(resolve, 5));
  }
}

for (const inline of [true, false]) {
  const where = inline ? "inline" : "in two processes";

  Deno.test(`a rate is set while the run goes on, and every identity holds ${where}`, async () => {
    const run = runScript("behaviour.ts", { inline, ...scenarios("s") });
    await run.loaded;
    await run.setRate(400);
    assert.deepEqual(run.status().steered, { s: 400 });
    // At two a second this would take a minute.
    await until(run, 100);
    await run.setRate(0.5);
    await run.pause();
    await run.setRate(300);
    await run.resume();
    await until(run, 200);
    run.stop();
    const result = checkResult(await run.result);
    assert.equal(result.exitCode, ExitCode.signal);
    await assert.rejects(run.setRate(1), { code: "control_over" });
  });
}

Deno.test("a rate is refused that no scenario can have", async () => {
  const run = runScript("behaviour.ts", { inline: true, ...scenarios("a", "b") });
  await run.loaded;
  for (const rate of [-1, NaN, Infinity, 10_000_001]) {
    await assert.rejects(run.setRate(rate, "a"), {
      code: "control_rate",
      message: `The rate of a must be from 0 to 10000000 iterations a second: ${rate}`,
    });
  }
  await assert.rejects(run.setRate(5), {
    code: "control_scenario",
    message: "Say which scenario to set the rate of: a, b",
  });
  await assert.rejects(run.setRate(5, "c"), {
    message: "There is no scenario c: rate can be set of a, b",
  });
  await assert.rejects(run.setVUs(5, undefined, "a"), {
    message: /^No scenario's VUs can be set: a is constant-arrival-rate/,
  });
  assert.deepEqual(run.status().steered, {});
  run.stop();
  checkResult(await run.result);
});

Deno.test("what a lost shard would have started at its new rate is dropped", async () => {
  const run = runScript("behaviour.ts", scenarios("s"));
  await run.loaded;
  await run.setRate(400);
  await until(run, 100);
  await new Deno.Command("bash", { args: ["-c", `kill -KILL ${run.pids()[0]}`] }).output();
  await until(run, 300);
  run.stop();
  const { iterations, shards } = checkResult(await run.result);
  const lost = shards.find(({ state }) => state === "lost");
  assert.ok(lost !== undefined && lost.iterations.dropped > 0);
  assert.equal(iterations.planned, iterations.started + iterations.dropped);
});
