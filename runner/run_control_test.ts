import assert from "node:assert/strict";
import { ExitCode } from "../internal/mod.ts";
import { ControlError } from "./control_error.ts";
import { checkResult, runScript, type TestRun } from "./testdata/runs.ts";

const scenarios = (one: Record<string, unknown>, more: Record<string, unknown> = {}) => (
  { overrides: { scenarios: { s: one, ...more } } }
);
const CONTROLLED = { executor: "externally-controlled", vus: 2, maxVUs: 6 };

/** Resolves when a progress report is as wanted. */
async function until(run: TestRun, wanted: (last: TestRun["progress"][number]) => boolean) {
  let ended = false;
  const end = () => void (ended = true);
  run.result.then(end, end);
  while (!run.progress.some(wanted)) {
    assert.ok(!ended, "the run ended before");
    await new Promise<void>((resolve) => void setTimeout(resolve, 5));
  }
}

for (const inline of [true, false]) {
  const where = inline ? "inline" : "in two processes";

  Deno.test(`a paused run starts nothing, and its time stands still ${where}`, async () => {
    const run = runScript("behaviour.ts", { inline, overrides: { vus: 4, duration: "1s" } });
    await run.loaded;
    await run.pause();
    await run.pause();
    const before = run.status();
    assert.equal(before.paused, true);
    run.progress.length = 0;
    // The counts settle once the iterations in flight have ended and were told of.
    let last = -1;
    await until(run, ({ iterations }) => {
      const settled = iterations.started === last && iterations.completed === last;
      last = iterations.started;
      return settled;
    });
    run.progress.length = 0;
    await until(run, () => run.progress.length >= 5);
    assert.deepEqual(
      [...new Set(run.progress.map(({ iterations }) => iterations.started))],
      [last],
    );
    assert.equal(run.status().elapsedMs, before.elapsedMs);
    await run.resume();
    const result = checkResult(await run.result);
    assert.equal(result.exitCode, ExitCode.ok);
    assert.ok(result.iterations.started > last);
    assert.ok(result.pausedMs > 0);
    await assert.rejects(run.pause(), { code: "control_over" });
    await assert.rejects(run.setVUs(1), { code: "control_over" });
  });

  Deno.test(`a run with the option paused holds its setup back until it is resumed ${where}`, async () => {
    const run = runScript("lifecycle.ts", { inline, overrides: { paused: true } });
    await until(run, ({ paused }) => paused);
    assert.equal(run.status().phase, "init");
    assert.equal(run.status().iterations.started, 0);
    await run.resume();
    const result = checkResult(await run.result);
    assert.deepEqual([result.exitCode, result.iterations.completed], [ExitCode.ok, 40]);
    assert.equal(result.pausedMs, 0, "what was before the load does not count");
  });

  Deno.test(`a run that is stopped while it is held back ends ${where}`, async () => {
    const ends: [end: (run: TestRun) => void, exitCode: number][] = [
      [(run) => run.stop(), ExitCode.signal],
      [(run) => run.stop(ExitCode.stoppedByApi), ExitCode.stoppedByApi],
      [(run) => run.kill(), ExitCode.signal],
    ];
    for (const [end, exitCode] of ends) {
      const run = runScript("lifecycle.ts", { inline, overrides: { paused: true } });
      await until(run, ({ paused }) => paused);
      end(run);
      await assert.rejects(run.result, { code: "run_stopped", exitCode });
    }
  });

  Deno.test(`a stop in a pause ends the run at once ${where}`, async () => {
    const run = runScript("behaviour.ts", { inline, overrides: { vus: 4, duration: "60s" } });
    await run.loaded;
    await run.pause();
    run.stop();
    const result = checkResult(await run.result);
    assert.equal(result.exitCode, ExitCode.signal);
    assert.equal(result.iterations.interrupted, 0);
  });

  Deno.test(`VUs are set while the run goes on, also above maxVUs ${where}`, async () => {
    const run = runScript("behaviour.ts", { inline, ...scenarios(CONTROLLED) });
    await run.loaded;
    await until(run, ({ vus }) => vus === 2);
    await run.setVUs(5);
    await until(run, ({ vus }) => vus === 5);
    await assert.rejects(run.setVUs(7), {
      code: "control_vus",
      message: "VUs of s must be a whole number from 0 to its maxVUs, 6: 7",
    });
    await run.setVUs(9, 10);
    await until(run, ({ vus }) => vus === 9);
    await run.setVUs(1);
    run.progress.length = 0;
    await until(run, ({ vus }) => vus === 1);
    run.stop();
    const result = checkResult(await run.result);
    assert.equal(result.vusMax, 9);
    assert.equal(result.iterations.interrupted, 0);
  });

  Deno.test(`test.fail makes the run fail, once, and lets it go on ${where}`, async () => {
    const run = runScript("phases.ts", { inline, env: { MODE: "fails" } });
    const result = checkResult(await run.result);
    assert.equal(result.exitCode, ExitCode.failedByScript);
    assert.deepEqual(result.failures, ["The script failed the run: wrong total"]);
    assert.equal(result.iterations.completed, 40);
    assert.equal(result.iterations.thrown, 0);
  });

  Deno.test(`test.abort in setup ends the run before its load ${where}`, async () => {
    const run = runScript("phases.ts", { inline, env: { MODE: "setup-aborts" } });
    await assert.rejects(run.result, {
      code: "run_aborted",
      exitCode: ExitCode.aborted,
      message: "The script ended the run: no target",
    });
  });
}

Deno.test("what can't be set is refused with the scenarios that can", async () => {
  const more = {
    t: CONTROLLED,
    fixed: { executor: "constant-vus", vus: 1, duration: "60s" },
  };
  const run = runScript("behaviour.ts", { inline: true, ...scenarios(CONTROLLED, more) });
  await assert.rejects(run.setVUs(1), { code: "control_over", message: /before the load/ });
  await run.loaded;
  const table: [args: [number, (number | undefined)?, string?], code: string, message: RegExp][] = [
    [[1], "control_scenario", /^Say which scenario to set the VUs of: s, t$/],
    [[1, undefined, "u"], "control_scenario", /^There is no scenario u: VUs can be set of s, t$/],
    [
      [1, undefined, "fixed"],
      "control_scenario",
      /^The VUs of fixed can't be set, as it is constant-vus: they can of s, t$/,
    ],
    [[1.5, undefined, "s"], "control_vus", /whole number from 0 to its maxVUs, 6: 1\.5/],
    [[-1, undefined, "s"], "control_vus", /: -1/],
    [[1, 5, "s"], "control_vus", /^maxVUs of s must be a whole number from 6.*: 5$/],
    [[1, 1e9, "s"], "control_vus", /to 1000000: 1000000000/],
  ];
  for (const [args, code, message] of table) {
    await assert.rejects(run.setVUs(...args), (error) => {
      assert.ok(error instanceof ControlError);
      assert.equal(error.code, code);
      assert.match(error.message, message);
      return true;
    });
  }
  await run.setVUs(0, undefined, "t");
  run.stop();
  checkResult(await run.result);

  const closed = runScript("behaviour.ts", { inline: true, overrides: { vus: 1, duration: "9s" } });
  await closed.loaded;
  await assert.rejects(closed.setVUs(2), {
    code: "control_scenario",
    message:
      "No scenario's VUs can be set: default is constant-vus (use the executor externally-controlled)",
  });
  closed.stop();
  await closed.result;
});
