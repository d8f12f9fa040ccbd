import assert from "node:assert/strict";
import { aborted } from "../../internal/until_for_tests.ts";
import { keptResults, post, result } from "../_results_for_tests.ts";
import { OptionError } from "../../internal/mod.ts";
import { freePort } from "../../internal/programs_for_tests.ts";
import { AgentError } from "../errors.ts";
import { failed, startAgent, TOKEN, withDesk } from "./_agents_for_tests.ts";
import { type HostProgress, readHosts, renderProgress, renderSubmit, submit } from "./mod.ts";

/** A clock that goes by what is waited for, which is not long. */
let ms = 0;
const clock = {
  now: () => ms,
  random: () => 0,
  sleep(wait: number): Promise<void> {
    ms += wait;
    return new Promise((done) => setTimeout(done, Math.min(wait, 5)));
  },
};

Deno.test("a job is uploaded, split over the hosts, followed, and summed up over all of them", () =>
  withDesk(async ({ folder, jobFile, schedule, collector }) => {
    // An earlier run of the same name, which must not count.
    await post(`${collector.url}/push/my%20job`, [result(0)]);
    await using a = await startAgent(`${folder}/a`, collector.url);
    await using b = await startAgent(`${folder}/b`, collector.url);
    const seen: (readonly HostProgress[])[] = [];
    const done = await submit({
      jobFile,
      schedule,
      hosts: readHosts(`${a.url},${b.url}`, "hosts"),
      token: TOKEN,
      collectors: [collector.url],
      onProgress: (hosts) => seen.push(hosts),
      clock,
    });
    assert.deepEqual([done.exitCode, done.failures, done.warnings], [0, [], []]);
    assert.deepEqual(
      done.hosts.map(({ users, state, counts }) => [users, state, counts.collected]),
      [
        [3, "done", 30],
        [2, "done", 20],
      ],
    );
    assert.deepEqual([a.jobs[0]!.spec.users, b.jobs[0]!.spec.users], [3, 2]);
    assert.equal(done.summary!.count, 50);
    assert.equal((await keptResults(`${folder}/collected`, "my job")).length, 50);
    assert.deepEqual(seen[0]!.map(({ state }) => state), ["sending", "sending"]);
    assert.ok(seen.some((hosts) => hosts.every(({ state }) => state === "queued")));
    const text = renderSubmit(done);
    assert.match(text, /3 users {2}done .* 30 results/);
    assert.match(text, /my job {2}50 results/);
    assert.match(renderProgress(seen[0]!), /sending/);
  }));

Deno.test("thresholds of the job file and of flags are judged on the results of all hosts", () =>
  withDesk(async ({ folder, jobFile, schedule, collector }) => {
    // 2 ms a request, on one host a second.
    await using a = await startAgent(`${folder}/a`, collector.url);
    await using b = await startAgent(`${folder}/b`, collector.url, {
      results: () =>
        Array.from({ length: 30 }, (_, n) => result(n, { duration: 1e9, status: 503 })),
    });
    const options = {
      ...{ jobFile, schedule, token: TOKEN, collectors: [collector.url], clock },
      hosts: readHosts(`${a.url},${b.url}`, "hosts"),
    };
    const failing = await submit({ ...options, thresholds: ["http_req_failed: rate<0.1"] });
    assert.equal(failing.exitCode, 99);
    assert.deepEqual(failing.failures, []);
    assert.deepEqual(failing.thresholds, [
      { metric: "http_req_duration", expression: "p(95)<500", ok: false, value: 1000 },
      { metric: "http_reqs{method:GET}", expression: "count>=60", ok: true, value: 60 },
      { metric: "http_req_failed", expression: "rate<0.1", ok: false, value: 0.5 },
    ]);
    assert.match(renderSubmit(failing), /✗ http_req_duration p\(95\)<500: 1000\n {2}✓ http_reqs/);
  }, `[thresholds]\nhttp_req_duration = "p(95)<500"\n"http_reqs{method:GET}" = ["count>=60"]\n`));

Deno.test("a host that is down is named, the others go on, and the exit code says so", () =>
  withDesk(async ({ folder, jobFile, schedule, collector }) => {
    await using a = await startAgent(`${folder}/a`, collector.url);
    const down = `127.0.0.1:${freePort()}`;
    const done = await submit({
      ...{ jobFile, schedule, token: TOKEN, collectors: [collector.url], clock },
      hosts: readHosts(`${a.url},${down}`, "hosts"),
    });
    assert.equal(done.exitCode, 1);
    assert.equal(done.failures.length, 1);
    assert.match(done.failures[0]!, new RegExp(`^${down} can't be reached to upload: .*refused`));
    assert.deepEqual(done.hosts.map(({ state }) => state), ["done", null]);
    // The share of the one that is down is not run by others.
    assert.equal(done.summary!.count, 30);
  }));

Deno.test("a host that dies in the middle, a job that fails and lost results are named", () =>
  withDesk(async ({ folder, jobFile, schedule, collector }) => {
    const running = Promise.withResolvers<void>();
    const dying = await startAgent(`${folder}/a`, collector.url, {
      run: async (_, { signal }) => {
        running.resolve();
        await aborted(signal);
        return failed("stopped");
      },
    });
    await using b = await startAgent(`${folder}/b`, collector.url, {
      run: () => Promise.resolve(failed("nothing listens at 127.0.0.1:9999")),
    });
    await using c = await startAgent(`${folder}/c`, `http://127.0.0.1:${freePort()}`);
    const submitting = submit({
      ...{ jobFile, schedule, token: TOKEN, collectors: [collector.url], clock },
      hosts: readHosts([dying.url, b.url, c.url].join(), "hosts"),
    });
    await running.promise;
    await dying[Symbol.asyncDispose]();
    const done = await submitting;
    assert.equal(done.exitCode, 1);
    assert.deepEqual(done.hosts.map(({ state }) => state), [null, "failed", "done"]);
    const [first, second, third] = done.failures;
    assert.match(first!, /can't be reached to show its job: .*, for \d+ s$/);
    assert.match(second!, /: the job failed: nothing listens at 127\.0\.0\.1:9999$/);
    assert.match(third!, /: 10 results were lost on their way to the collector$/);
  }));

Deno.test("an aborted submit cancels the job on every host", () =>
  withDesk(async ({ folder, jobFile, schedule, collector }) => {
    await using a = await startAgent(`${folder}/a`, collector.url, {
      run: async (_, { signal }) => {
        stop.abort();
        await aborted(signal);
        return failed("stopped");
      },
    });
    const stop = new AbortController();
    const done = await submit({
      ...{ jobFile, schedule, token: TOKEN, collectors: [collector.url], clock },
      hosts: readHosts(a.url, "hosts"),
      signal: stop.signal,
    });
    assert.equal(done.exitCode, 1);
    assert.equal(done.hosts[0]!.state, "cancelled");
    assert.ok(done.failures.includes("the job was cancelled"));
  }));

Deno.test("without a collector of ours the job runs all the same, thresholds can't", () =>
  withDesk(async ({ folder, jobFile, schedule, collector }) => {
    await using a = await startAgent(`${folder}/a`, collector.url);
    const nowhere = `http://127.0.0.1:${freePort()}`;
    const options = {
      ...{ jobFile, schedule, token: TOKEN, collectors: [nowhere], clock },
      hosts: readHosts(a.url, "hosts"),
    };
    const done = await submit(options);
    assert.deepEqual([done.exitCode, done.summary], [0, null]);
    assert.match(done.warnings[0]!, /^no summary of http:/);
    await assert.rejects(submit({ ...options, thresholds: ["http_reqs: count>1"] }), (error) => {
      assert.ok(error instanceof AgentError);
      return error.code === "collector_unusable";
    });
    assert.equal(a.jobs.length, 1);
  }));

Deno.test("a wrong token is the host's failure, more hosts than users is a note", () =>
  withDesk(async ({ folder, jobFile, schedule, collector }) => {
    await using a = await startAgent(`${folder}/a`, collector.url);
    const more = Array.from({ length: 7 }, (_, i) => `127.0.0.1:${i + 1}`).join();
    const done = await submit({
      ...{ jobFile, schedule, token: TOKEN.replace("0", "1"), collectors: [collector.url], clock },
      hosts: readHosts(`${a.url},${more}`, "hosts"),
    });
    assert.equal(done.exitCode, 1);
    assert.equal(done.hosts.length, 5);
    assert.match(done.failures[0]!, /answers 401 to upload: the token is wrong$/);
    assert.deepEqual(done.warnings, ["3 hosts have no user of 5 to run"]);
    assert.ok(!renderSubmit(done).includes(TOKEN.slice(1)));
  }));

Deno.test("what is wrong before anything is sent is thrown", () =>
  withDesk(async ({ folder, jobFile, schedule }) => {
    const good = { jobFile, schedule };
    const table: [
      change: Record<string, unknown>,
      kind: typeof OptionError | typeof AgentError,
      message: RegExp,
    ][] = [
      [{ jobFile: `${folder}/none` }, AgentError, /can't read .*none: there is none/],
      [{ schedule: folder }, AgentError, /can't upload .*: it is no file/],
      [{ schedule: undefined }, OptionError, /give one of schedule, a binary, and script/],
      [{ script: schedule }, OptionError, /give one of/],
      [{ hosts: [] }, OptionError, /name at least one agent/],
      [{ collectors: ["h"] }, OptionError, /collectors is "h"/],
      [{ thresholds: ["p(95)<500"] }, OptionError, /write a metric, a colon and a rule/],
      [
        { thresholds: ["http_req_duratoin: p(95)<5"] },
        OptionError,
        /did you mean http_req_duration/,
      ],
      [{ thresholds: ["http_req_duration: p95<5"] }, OptionError, /a trend has no "p95"/],
      [{ host: "a" }, OptionError, /no option host: did you mean hosts/],
    ];
    for (const [change, kind, message] of table) {
      await assert.rejects(submit({ ...good, ...change }), (error) => {
        assert.ok(error instanceof kind, String(error));
        assert.match(error.message, message);
        return true;
      });
    }
  }));
