import assert from "node:assert/strict";
import { ExitCode } from "../internal/mod.ts";
import type { RunResult } from "./result.ts";
import { checkResult, runScript, type TestRun } from "./testdata/runs.ts";

const mode = (MODE: string) => ({ env: { MODE } });

/** What must hold when shard 1 of 2 was lost: it is named, the other one ran to its end. */
function checkLost(run: TestRun, result: RunResult, reason: RegExp): void {
  checkResult(result);
  assert.equal(result.exitCode, ExitCode.shardLost);
  assert.deepEqual(result.shards.map(({ state }) => state), ["done", "lost"]);
  assert.match(result.shards[1]!.reason!, reason);
  assert.deepEqual(result.failures, [result.shards[1]!.reason]);
  assert.ok(run.logs.some(({ text, source }) => source === "run" && reason.test(text)));
  assert.equal(result.generator.verdict, "limited");
  assert.deepEqual(result.handleSummary, { stdout: "ok" });
}

for (
  const [fault, name, reason] of [
    [92, "spins", /^shard 1 \(pid \d+\) hung: no heartbeat for 400 ms$/],
    [98, "exits", /^shard 1 \(pid \d+\) died: it exited with code 0/],
  ] as const
) {
  Deno.test(`fault ${fault}: a shard that ${name} is lost and named; the totals hold and the others go on`, async () => {
    const overrides = { vus: 4, iterations: 200 };
    const run = runScript("behaviour.ts", { overrides, ...mode(name) }, { silenceMs: 400 });
    const result = await run.result;
    checkLost(run, result, reason);
    assert.equal(result.iterations.planned, 200);
    assert.equal(result.shards[0]!.iterations.completed, 100);
    assert.ok(result.shards[1]!.iterations.dropped > 50);
  });
}

Deno.test("a shard killed by SIGKILL in the middle of arrivals leaves totals that hold", async () => {
  const overrides = {
    scenarios: {
      a: { executor: "constant-arrival-rate", rate: 40, duration: "5s", preAllocatedVUs: 20 },
    },
  };
  const run = runScript("behaviour.ts", { overrides });
  await run.loaded;
  await kill(run.pids()[1]!);
  const result = await run.result;
  checkLost(run, result, /^shard 1 \(pid \d+\) died: it was ended by SIGKILL/);
  assert.equal(result.iterations.planned, 200);
  const lost = result.shards[1]!.iterations;
  assert.equal(lost.planned, 100);
  assert.ok(lost.dropped > 0);
});

Deno.test("a Ctrl-C that reaches the shards too is left to the parent", async () => {
  const run = runScript("behaviour.ts", { overrides: { vus: 2, duration: "1s" } });
  await run.loaded;
  for (const pid of run.pids()) await kill(pid, "INT");
  const result = checkResult(await run.result);
  assert.equal(result.exitCode, ExitCode.ok);
  assert.deepEqual(result.shards.map(({ state }) => state), ["done", "done"]);
});

Deno.test("when every shard is lost the run ends and says that nothing could be called", async () => {
  const run = runScript("behaviour.ts", { overrides: { vus: 2, duration: "60s" } });
  await run.loaded;
  for (const pid of run.pids()) await kill(pid);
  const result = checkResult(await run.result);
  assert.equal(result.exitCode, ExitCode.shardLost);
  assert.deepEqual(result.shards.map(({ state }) => state), ["lost", "lost"]);
  assert.equal(result.handleSummary, null);
  assert.equal(result.failures.length, 4);
});

for (
  const [name, code, message] of [
    ["exit-at-load", "shard_lost", /^shard 0 \(pid \d+\) died: it exited with code 0/],
    ["setup-spins", "setup_timeout", /^setup in shard 0 \(pid \d+\) took longer than 400ms/],
  ] as const
) {
  Deno.test(`${name} rejects and leaves no process behind`, async () => {
    await assert.rejects(runScript("behaviour.ts", mode(name)).result, { code, message });
  });
}

Deno.test("a handleSummary that spins ends the run with 102, the result stays whole", async () => {
  const overrides = { vus: 2, iterations: 4 };
  const run = runScript("behaviour.ts", { overrides, ...mode("summary-spins") });
  const result = checkResult(await run.result);
  assert.equal(result.exitCode, ExitCode.summaryTimeout);
  assert.equal(result.handleSummary, null);
  assert.equal(result.iterations.completed, 4);
  assert.equal(result.complete, true);
});

Deno.test("what scripts print or lose becomes log lines and breaks nothing", async () => {
  const prints = runScript("behaviour.ts", {
    overrides: { vus: 1, iterations: 1 },
    ...mode("prints"),
  });
  checkResult(await prints.result);
  assert.deepEqual(prints.logs, [
    { level: "info", text: "to console", source: "script" },
    { level: "error", text: "to error", source: "script" },
    { level: "info", text: "to stdout", source: "script" },
  ]);
  const rejects = runScript("behaviour.ts", {
    overrides: { vus: 1, iterations: 1 },
    ...mode("rejects-unseen"),
  });
  const result = checkResult(await rejects.result);
  assert.equal(result.exitCode, ExitCode.ok);
  assert.match(rejects.logs[0]!.text, /^Error: lost promise/);
});

async function kill(pid: number, signal = "KILL"): Promise<void> {
  await new Deno.Command("bash", { args: ["-c", `kill -${signal} ${pid}`] }).output();
}
