import assert from "node:assert/strict";
import { startTarget } from "../targets/mod.ts";
import { keptResults } from "./_results_for_tests.ts";
import { withAgent } from "./_running_for_tests.ts";

const load = (body: string, options = "{}"): string => `
import http from "k6/http";
import { check, sleep } from "k6";
export const options = ${options};
export default async function () { ${body} }
`;
const jobs = (name: string, source: string, more: object = {}) => ({
  ...{ name, script: { source }, ...more },
});

Deno.test("a TypeScript job runs by its own options, its requests are results", () =>
  withAgent(async ({ run, log, folder, ask, collector }) => {
    await using target = startTarget();
    const options = '{ vus: 3, iterations: 12, thresholds: { http_req_failed: ["rate<0.5"] } }';
    const source = load(`await http.get("${target.url}/status/418");`, options);
    const job = await run(jobs("tea", source.replace("<0.5", "<=1")));
    assert.deepEqual([job.state, job.exitCode, job.error], ["done", 0, null]);
    const { calls, printed, collected, rejected, dropped } = job.counts;
    assert.deepEqual([calls, printed, collected, rejected, dropped], [12, 12, 12, 0, 0]);
    const kept = await keptResults(`${folder}/collected`, "tea");
    assert.equal(kept.length, 12);
    for (const { url, method, status, error } of kept) {
      assert.deepEqual([url, method, status, error], [
        `${target.url}/status/418`,
        "GET",
        418,
        null,
      ]);
    }
    // Logs, summary and the collector's sum are where a binary's are.
    assert.match(await log("tea", "out.log"), /✓ http_req_failed +rate<=1/);
    assert.doesNotMatch(await log("tea", "out.log"), /"type":"Point"/);
    const summary = JSON.parse(await log("tea", "summary.json"));
    assert.deepEqual([summary.run.iterations.completed, summary.run.exitCode], [12, 0]);
    const shown = await (await ask(`/jobs/${job.id}/logs`)).text();
    assert.equal(shown, await log("tea", "out.log"));
    const summed = await (await fetch(`${collector.url}/jobs/tea/summary`)).json();
    assert.deepEqual([summed.count, summed.statuses], [12, { "4xx": 12 }]);
    assert.deepEqual(await Array.fromAsync(Deno.readDir(`${folder}/data/work`)), []);
  }));

Deno.test("a job's users and duration go before the script's options", () =>
  withAgent(async ({ run, log }) => {
    const source = load(
      "await new Promise((r) => setTimeout(r, 100));",
      "{ vus: 1, iterations: 1 }",
    );
    const job = await run(jobs("long", source, { users: 5, duration: 1 }));
    assert.equal(job.exitCode, 0);
    const { run: { vusMax } } = JSON.parse(await log("long", "summary.json"));
    assert.equal(vusMax, 5);
    assert.ok(job.counts.calls > 5);
  }));

Deno.test("exit codes are kept: a failed threshold is a job that was done, a script that throws is not", () =>
  withAgent(async ({ run, log }) => {
    const rules = '{ iterations: 3, thresholds: { checks: ["rate>0.9"] } }';
    const failing = await run(jobs("rules", load("check(1, { no: () => false });", rules)));
    assert.deepEqual([failing.state, failing.exitCode, failing.error], ["done", 99, null]);
    const thrown = await run(jobs("throws", "throw new Error('no way');"));
    assert.deepEqual([thrown.state, thrown.exitCode], ["failed", 107]);
    assert.equal(thrown.error?.code, "script_failed");
    assert.match(thrown.error!.message, /^downpour run ended with exit code 107: .*no way/);
    assert.match(await log("throws", "err.log"), /no way/);
    const counted = await run(
      jobs("counted", load("throw new Error('one');", "{ iterations: 2 }")),
    );
    assert.deepEqual([counted.counts.calls, counted.counts.callErrors], [2, 2]);
  }));

Deno.test("a summary is never that of a job before", () =>
  withAgent(async ({ run, log }) => {
    await run(jobs("same", load("", "{ iterations: 1 }")));
    assert.match(await log("same", "summary.json"), /"completed": ?1/);
    await run(jobs("same", "throw new Error('early');"));
    await assert.rejects(log("same", "summary.json"), Deno.errors.NotFound);
    assert.doesNotMatch(await log("same", "out.log"), /iterations/);
  }));

Deno.test("scripts reach the agent's hosts alone, and may read, write, run and see nothing", async () => {
  await using target = startTarget();
  await withAgent(async ({ run, log, folder, agent }) => {
    const tries = [
      `await fetch("${agent.url}/healthz")`,
      `await fetch("${target.url}/get")`,
      `await Deno.readTextFile("${folder}/data/jobs-v1.log")`,
      `await Deno.writeTextFile("x", "")`,
      `new Deno.Command("bash").outputSync()`,
      `Deno.env.get("PATH")`,
      `Deno.hostname()`,
    ];
    const source = load(
      tries.map((text, i) =>
        `try { ${text}; console.log("try ${i} ok"); } catch (e) { console.log("try ${i} " + e.name); }`
      ).join("\n"),
      "{ iterations: 1 }",
    );
    const job = await run(jobs("caged", source));
    assert.equal(job.exitCode, 0, JSON.stringify(job.error));
    const said = [...(await log("caged", "err.log")).matchAll(/try (\d) (\w+)/g)]
      .map(([, i, outcome]) => `${i} ${outcome}`);
    assert.deepEqual(said, [
      "0 NotCapable",
      "1 ok",
      ...[2, 3, 4, 5, 6].map((i) => `${i} NotCapable`),
    ]);
  }, { scripts: { allowNet: [`127.0.0.1:${target.port}`] } });
});

Deno.test("a bundle can't take a file of the agent with it", () =>
  withAgent(async ({ run, folder }) => {
    await Deno.writeTextFile(`${folder}/secret.json`, '{"secret":1}');
    const source = `import x from "${folder}/secret.json" with { type: "json" };
      export default () => console.log(JSON.stringify(x));`;
    const { exitCode, error } = await run(jobs("thief", source));
    assert.equal(exitCode, 107);
    assert.match(error!.message, /read access to .*secret\.json/);
  }));

Deno.test("a cancelled script ends with all of its processes, and its results are collected", () =>
  withAgent(async ({ run, ask, folder }) => {
    await using target = startTarget();
    const source = load(
      `await http.get("${target.url}/get"); await new Promise((r) => setTimeout(r, 20));`,
      '{ vus: 2, duration: "10m" }',
    );
    const running = await run(jobs("endless", source), ({ counts }) => counts.printed > 5);
    assert.equal(running.state, "running");
    await (await ask(`/jobs/${running.id}`, { method: "DELETE" })).body?.cancel();
    for (;;) {
      const job = await (await ask(`/jobs/${running.id}`)).json();
      if (job.endedAt === null) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        continue;
      }
      const { printed, collected, rejected, dropped } = job.counts;
      assert.equal(job.state, "cancelled");
      assert.deepEqual([printed, rejected, dropped], [collected, 0, 0]);
      assert.equal((await keptResults(`${folder}/collected`, "endless")).length, collected);
      break;
    }
    const find = 'grep -lz "DOWNPOUR_JOB=$0" /proc/[0-9]*/environ 2>/dev/null; true';
    const { stdout } = await new Deno.Command("bash", { args: ["-c", find, running.id] }).output();
    assert.equal(new TextDecoder().decode(stdout), "");
  }));

Deno.test("a script that does not come to its end is ended", () =>
  withAgent(async ({ run }) => {
    const source = load("", "{ iterations: 1 }") +
      "export function teardown() { return new Promise((done) => setTimeout(done, 50_000)); }";
    const { state, error, exitCode } = await run(jobs("stuck", source));
    assert.equal(state, "failed");
    assert.deepEqual(error, {
      code: "script_overrun",
      message: "the script was not over after 2 s",
    });
    assert.notEqual(exitCode, 0);
  }, { limits: { maxDuration: 2 }, program: { graceSeconds: 0.2 } }));
