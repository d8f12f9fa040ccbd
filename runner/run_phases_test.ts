import assert from "node:assert/strict";
import { ExitCode } from "../internal/mod.ts";
import { checkResult, runScript, type TestRun } from "./testdata/runs.ts";

const mode = (MODE: string) => ({ env: { MODE } });

/** Kills the shard that says it stays somewhere, with SIGKILL. */
async function killThere(run: TestRun, shard: number): Promise<void> {
  let ended = false;
  const end = () => void (ended = true);
  run.result.then(end, end);
  while (!run.logs.some(({ text }) => text.startsWith("stays in"))) {
    assert.ok(!ended, "the run ended before");
    await new Promise<void>((resolve) => void setTimeout(resolve, 5));
  }
  await new Deno.Command("bash", { args: ["-c", `kill -KILL ${run.pids()[shard]}`] }).output();
}

for (const phase of ["load", "vus", "setup"]) {
  Deno.test(`a shard killed in the phase ${phase} ends the run before its load`, async () => {
    const run = runScript("phases.ts", mode(phase));
    await killThere(run, 0);
    await assert.rejects(run.result, {
      code: "shard_lost",
      exitCode: ExitCode.shardLost,
      message: /^shard 0 \(pid \d+\) died: it was ended by SIGKILL/,
    });
  });
}

Deno.test("a shard killed in an iteration is lost with it; the other one ends the run", async () => {
  const run = runScript("phases.ts", mode("iteration"));
  await killThere(run, 1);
  const result = checkResult(await run.result);
  assert.equal(result.exitCode, ExitCode.shardLost);
  assert.deepEqual(result.shards.map(({ state }) => state), ["done", "lost"]);
  assert.equal(result.iterations.planned, 40);
  assert.equal(result.shards[0]!.iterations.completed, 20);
  assert.deepEqual(result.handleSummary, { stdout: "ok" });
});

Deno.test("a shard killed in teardown is lost after its load; another one makes the summary", async () => {
  const run = runScript("phases.ts", mode("teardown"));
  await killThere(run, 0);
  const result = checkResult(await run.result);
  assert.equal(result.exitCode, ExitCode.shardLost);
  assert.equal(result.iterations.completed, 40);
  assert.deepEqual(result.shards.map(({ state }) => state), ["lost", "done"]);
  assert.equal(result.failures.length, 1);
  assert.match(result.failures[0]!, /^shard 0 .* died: it was ended by SIGKILL/);
  assert.deepEqual(result.handleSummary, { stdout: "ok" });
});

Deno.test("a shard killed in handleSummary costs the script's summary, not the result", async () => {
  const run = runScript("phases.ts", mode("summary"));
  await killThere(run, 0);
  const result = checkResult(await run.result);
  assert.equal(result.exitCode, ExitCode.shardLost);
  assert.equal(result.iterations.completed, 40);
  assert.equal(result.handleSummary, null);
  assert.match(result.failures.join("\n"), /handleSummary failed: shard 0 .* died/);
});

Deno.test("fault 91: a throw while VUs are made ends the run with 107, one in an iteration is counted", async () => {
  const run = runScript("phases.ts", mode("init-throws-later"));
  await assert.rejects(run.result, { code: "script_threw", message: /no luck/ });
  const overrides = { vus: 2, iterations: 6 };
  const result = await runScript("behaviour.ts", { overrides, ...mode("throws") }).result;
  assert.deepEqual([result.exitCode, result.iterations.thrown], [ExitCode.ok, 6]);
});

Deno.test("fault 95: a shard out of memory is lost, the other one ends its part, the exit code tells", async () => {
  const run = runScript("phases.ts", { ...mode("eats"), heapMb: 64 });
  const result = checkResult(await run.result);
  assert.equal(result.exitCode, ExitCode.shardLost);
  assert.deepEqual(result.shards.map(({ state }) => state), ["done", "lost"]);
  assert.match(result.shards[1]!.reason!, /SIG|code/);
  assert.equal(result.shards[0]!.iterations.completed, 20);
  assert.equal(result.iterations.planned, 40);
});

Deno.test("fault 98: a script that edits prototypes breaks no more than its own shards", async () => {
  const run = runScript("phases.ts", mode("prototypes"), { silenceMs: 2000 });
  const outcome = await run.result.then(({ exitCode }) => exitCode, (error) => error.exitCode);
  assert.ok(outcome === ExitCode.shardLost || outcome === ExitCode.ok, String(outcome));
  assert.equal(JSON.stringify({ a: [1].concat(2) }), '{"a":[1,2]}');
  assert.equal([].push.call([], 1 as never), 1);
});
