import assert from "node:assert/strict";
import { checkResult, runScript } from "./testdata/runs.ts";
import { ExitCode } from "../internal/mod.ts";

const mode = (MODE: string) => ({ env: { MODE } });

for (const inline of [true, false]) {
  const where = inline ? "inline" : "in two processes";

  Deno.test(`a script runs through its whole life ${where}`, async () => {
    const run = runScript("lifecycle.ts", { inline, summaryData: (r) => r.iterations.completed });
    const result = checkResult(await run.result);
    assert.equal(result.exitCode, ExitCode.ok);
    assert.deepEqual(result.failures, []);
    assert.equal(result.iterations.completed, 40);
    assert.equal(result.iterations.thrown, 0);
    assert.equal(result.shards.length, inline ? 1 : 2);
    assert.deepEqual(result.handleSummary, { stdout: "summary of 40\n", "out.json": "{}" });
    assert.equal(result.vusMax, 4);
    const seen = result.metrics.select("seen");
    assert.equal(seen?.type === "counter" && seen.total, 1040);
    const inSetup = result.metrics.select("seen", { group: "::setup", build: "7" });
    assert.equal(inSetup?.type === "counter" && inSetup.total, 1000);
    const inMain = result.metrics.select("seen", { scenario: "main", build: "7" });
    assert.equal(inMain?.type === "counter" && inMain.total, 40);
    assert.equal(result.metrics.select("vus_max")?.type, "gauge");
    assert.deepEqual([...new Set(run.progress.map((p) => p.phase))], [
      "init",
      "setup",
      "running",
      "teardown",
    ]);
    if (!inline) {
      const texts = run.logs.map(({ level, text, source }) => `${level} ${source}: ${text}`);
      assert.deepEqual(texts, [
        "info script: setup runs { once: true }",
        'info script: teardown got {"token":"abc","list":[1]}',
      ]);
    }
  });

  Deno.test(`fault 93: a promise that never settles is interrupted at the graceful stop ${where}`, async () => {
    const overrides = {
      scenarios: { s: { executor: "constant-vus", vus: 4, duration: "1s", gracefulStop: "100ms" } },
    };
    const result = checkResult(
      await runScript("behaviour.ts", { inline, overrides, ...mode("never") }).result,
    );
    assert.equal(result.iterations.interrupted, 1);
    assert.equal(result.exitCode, ExitCode.ok);
    assert.ok(result.iterations.completed > 10);
  });

  Deno.test(`thrown iterations are counted, told once, and the run goes on ${where}`, async () => {
    const overrides = { iterations: 200, vus: 2 };
    const run = runScript("behaviour.ts", { inline, overrides, ...mode("throws") });
    const result = checkResult(await run.result);
    assert.equal(result.iterations.thrown, 200);
    assert.equal(result.exitCode, ExitCode.ok);
    const errors = run.logs.filter(({ level }) => level === "error").map(({ text }) => text);
    assert.equal(
      errors.filter((text) => /^Error: unlucky [01]\n +at .*behaviour\.ts/.test(text)).length,
      2,
    );
    assert.deepEqual(
      errors.filter((text) => text.includes("more times")).sort(),
      ["99 more times: Error: unlucky 0", "99 more times: Error: unlucky 1"],
    );
  });

  Deno.test(`fault 94: stop drains: running iterations end, the rest is not started ${where}`, async () => {
    const run = runScript("behaviour.ts", { inline, overrides: { vus: 4, duration: "60s" } });
    await run.loaded;
    run.stop();
    run.stop();
    const result = checkResult(await run.result);
    assert.equal(result.exitCode, ExitCode.signal);
    assert.equal(result.iterations.interrupted, 0);
    assert.deepEqual(result.handleSummary, { stdout: "ok" });
    assert.ok(run.progress.some(({ phase }) => phase === "stopping"));
  });

  Deno.test(`fault 94: kill ends everything at once ${where}`, async () => {
    const run = runScript("behaviour.ts", {
      inline,
      overrides: { vus: 4, iterations: 100_000_000 },
    });
    await run.loaded;
    run.stop();
    run.kill();
    const result = checkResult(await run.result);
    assert.equal(result.exitCode, ExitCode.signal);
    assert.equal(result.handleSummary, null);
    assert.ok(result.iterations.dropped > 0);
    assert.deepEqual(result.shards.map(({ state }) => state), inline ? ["done"] : ["done", "done"]);
  });

  Deno.test(`a failed threshold with abortOnFail ends the run ${where}`, async () => {
    const overrides = {
      vus: 2,
      duration: "60s",
      thresholds: {
        "iterations": [{ threshold: "count<5", abortOnFail: true }],
        "iteration_duration": ["avg<60000"],
      },
    };
    const result = checkResult(await runScript("behaviour.ts", { inline, overrides }).result);
    assert.equal(result.exitCode, ExitCode.thresholds);
    assert.deepEqual(result.thresholds.map(({ ok }) => ok), [false, true]);
    assert.ok(result.durationMs < 30_000);
    assert.deepEqual(result.failures, ["Threshold iterations count<5 ended the run"]);
  });

  Deno.test(`a script ends the run with test.abort ${where}`, async () => {
    const overrides = { vus: 4, duration: "60s" };
    const result = checkResult(
      await runScript("behaviour.ts", { inline, overrides, ...mode("aborts") }).result,
    );
    assert.equal(result.exitCode, ExitCode.aborted);
    assert.deepEqual(result.failures, ["The script ended the run: enough"]);
    assert.equal(result.iterations.thrown, 0);
    assert.ok(result.iterations.interrupted >= 1);
  });

  for (
    const [name, code, failure] of [
      ["teardown-throws", ExitCode.script, /^Teardown threw: Error: no luck\n +at .*behaviour\.ts/],
      ["teardown-hangs", ExitCode.teardownTimeout, /^teardown in shard 0.* took longer than 400ms/],
      ["summary-throws", ExitCode.script, /^handleSummary failed: Error: no luck/],
      ["summary-hangs", ExitCode.summaryTimeout, /^handleSummary in shard 0.* took longer than 1s/],
      ["summary-wrong", ExitCode.script, /^handleSummary failed: .*stdout is not text/],
    ] as const
  ) {
    Deno.test(`${name} makes the run fail after the load ${where}`, async () => {
      const overrides = { iterations: 4, vus: 2 };
      const result = checkResult(
        await runScript("behaviour.ts", { inline, overrides, ...mode(name) }).result,
      );
      assert.equal(result.exitCode, code);
      assert.equal(result.failures.length, 1);
      assert.match(result.failures[0]!, failure);
      assert.equal(result.iterations.completed, 4);
      assert.deepEqual(result.handleSummary, name.startsWith("summary") ? null : { stdout: "ok" });
    });
  }

  for (
    const [name, code, message] of [
      ["throw-at-load", "script_threw", /no luck/],
      ["setup-throws", "setup_threw", /no luck\n +at setup .*behaviour\.ts/],
      ["setup-hangs", "setup_timeout", /took longer than 400ms/],
    ] as const
  ) {
    Deno.test(`${name} rejects before any load ${where}`, async () => {
      await assert.rejects(runScript("behaviour.ts", { inline, ...mode(name) }).result, {
        code,
        message,
      });
    });
  }

  Deno.test(`options and thresholds that make no sense reject ${where}`, async () => {
    const table: [overrides: Record<string, unknown>, code: string, message: RegExp][] = [
      [{ vus: -1, duration: "1s" }, "option_invalid", /vus/],
      [
        { thresholds: { iteration_durations: ["avg<1"] } },
        "option_invalid",
        /mean iteration_duration\?/,
      ],
      [{ thresholds: { iterations: ["p(95)<1"] } }, "option_invalid", /counter/],
      [
        { scenarios: { buy: { executor: "shared-iterations", exec: "purchase" } } },
        "script_no_function",
        /buy runs purchase.*default, handleSummary, setup, teardown|buy runs purchase/,
      ],
    ];
    for (const [overrides, code, message] of table) {
      await assert.rejects(runScript("behaviour.ts", { inline, overrides }).result, {
        code,
        message,
      });
    }
    const known = { protocol_time: ["avg<1"], checks: ["rate>0.5"] };
    const overrides = { thresholds: known, vus: 1, iterations: 1 };
    await runScript("behaviour.ts", { inline, overrides }).result;
  });
}

Deno.test("__ENV is the run's, with what a scenario adds, also in setup", async () => {
  const scenario = { executor: "per-vu-iterations", vus: 1, iterations: 2 };
  const overrides = {
    scenarios: {
      a: { ...scenario, env: { WHO: "a" }, exec: "tell" },
      b: { ...scenario, env: { WHO: "b", BASE: "other" }, exec: "tell" },
    },
  };
  const run = runScript("env.ts", { overrides, env: { BASE: "base", WHO: "nobody" } });
  const result = checkResult(await run.result);
  assert.equal(result.exitCode, ExitCode.ok);
  const texts = run.logs.map(({ text }) => text);
  assert.equal(texts[0], "setup nobody base 0");
  assert.deepEqual(texts.slice(1).sort(), [
    "iteration a base 1 0",
    "iteration a base 1 1",
    "iteration b other 2 0",
    "iteration b other 2 1",
  ]);
});

Deno.test("a stop before the load rejects and leaves nothing behind", async () => {
  for (const end of ["stop", "kill"] as const) {
    const run = runScript("behaviour.ts");
    run[end]();
    await assert.rejects(run.result, { code: "run_stopped", exitCode: ExitCode.signal });
  }
});
