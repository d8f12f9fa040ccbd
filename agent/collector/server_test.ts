import assert from "node:assert/strict";
import { aborted } from "../../internal/until_for_tests.ts";
import { until } from "../_folders_for_tests.ts";
import {
  assertEach,
  getSummary,
  keptResults,
  post,
  result,
  results,
} from "../_results_for_tests.ts";
import { OptionError } from "../../internal/mod.ts";
import { makeSelfSigned } from "../../internal/certs_for_tests.ts";
import { AgentError } from "../errors.ts";
import { CLOCK, type Clock } from "./clock.ts";
import { createPusher, startCollector } from "./mod.ts";
import { withFolder } from "./_push_for_tests.ts";
import { collecting } from "./_served_for_tests.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
const KEY = { "idempotency-key": '"00000000-0000-4000-8000-000000000000:3"' };

Deno.test("what go-lo's agent pushes is kept, a result a line, and summed up", () =>
  collecting(async ({ url }, folder) => {
    assert.deepEqual(await post(`${url}/push/my%20job`, results(256)), [
      200,
      '{"collected":256,"duplicates":0,"rejected":0}',
    ]);
    await post(`${url}/push/my%20job`, results(4, 256));
    assert.deepEqual(await keptResults(folder, "my job"), results(260));
    const summary = await getSummary(url, "my job");
    assert.deepEqual([summary.job, summary.count, summary.duplicates], ["my job", 260, 0]);
    assert.equal(summary.latency?.p95, 2);
    assert.deepEqual(await (await fetch(`${url}/jobs`)).json(), { jobs: ["my job"] });
    const text = await (await fetch(`${url}/jobs/my%20job/summary?format=text`)).text();
    assert.match(text, /^my job {2}260 results/);
    if (Deno.build.os !== "windows") {
      const { mode } = await Deno.stat(`${folder}/my job/results.ndjson`);
      assert.equal(mode! & 0o777, 0o600);
    }
  }));

Deno.test("a batch that comes again is there once, after a restart too", () =>
  withFolder(async (folder) => {
    const store = { kind: "files", folder } as const;
    for (const [duplicates, times] of [[0, 0], [3, 1]] as const) {
      await using server = startCollector({ address: { port: 0 }, store });
      const push = `${server.url}/push/job`;
      assert.equal(
        (await post(push, results(3), KEY))[1],
        `{"collected":3,"duplicates":${duplicates},"rejected":0}`,
      );
      assert.match((await post(push, results(3), KEY))[1], /"duplicates":3/);
      const summary = await getSummary(server.url, "job");
      assert.deepEqual([summary.count, summary.duplicates], [3, 3 * (times + 1)]);
      // Without a key it can't be told.
      if (times === 1) assert.match((await post(push, results(3)))[1], /"duplicates":0/);
    }
    assert.equal((await keptResults(folder, "job")).length, 6);
  }));

Deno.test("what a crash left half written is cut off, what was answered stays", () =>
  withFolder(async (folder) => {
    const store = { kind: "files", folder } as const;
    {
      await using server = startCollector({ address: { port: 0 }, store });
      await post(`${server.url}/push/job`, [...results(5), { status: "x" }], KEY);
    }
    const path = `${folder}/job`;
    await Deno.writeTextFile(`${path}/results.ndjson`, `${JSON.stringify(result(5))}\n{"seq`, {
      append: true,
    });
    await Deno.writeTextFile(`${path}/batches.log`, "99999 0 -", { append: true });
    await using server = startCollector({ address: { port: 0 }, store });
    const before = await getSummary(server.url, "job");
    assert.deepEqual([before.count, before.rejected], [5, 1]);
    await post(`${server.url}/push/job`, results(5, 5));
    assertEach(await keptResults(folder, "job"), 10);
    assert.equal((await getSummary(server.url, "job")).count, 10);
  }));

Deno.test("a new run counts from nothing, and what came before is kept", () =>
  collecting(async ({ url }, folder) => {
    await post(`${url}/push/job`, results(7));
    assert.equal((await post(`${url}/jobs/job/runs`, ""))[0], 201);
    assert.equal((await getSummary(url, "job")).count, 0);
    await post(`${url}/push/job`, results(2));
    assert.equal((await getSummary(url, "job")).count, 2);
    assert.equal((await post(`${url}/jobs/job/runs`, ""))[0], 201);
    assert.equal((await keptResults(folder, "job")).length, 0);
    const names = await Array.fromAsync(Deno.readDir(`${folder}/job`), ({ name }) => name);
    assert.deepEqual(names.sort(), [
      ...["batches-1.log", "batches-2.log", "batches.log"],
      ...["results-1.ndjson", "results-2.ndjson", "results.ndjson"],
    ]);
  }));

Deno.test("jobs that were long unused are summed up anew, at any number of jobs", () =>
  collecting(async ({ url }) => {
    const names = Array.from({ length: 30 }, (_, i) => `job-${i}`);
    const pushes = names.map((name, i) => post(`${url}/push/${name}`, results(i + 1)));
    for (const [status] of await Promise.all(pushes)) assert.equal(status, 200);
    for (const [i, name] of names.entries()) {
      assert.equal((await getSummary(url, name)).count, i + 1);
    }
  }));

Deno.test("pushes at once to one job don't mix", () =>
  collecting(async ({ url }, folder) => {
    const pushes = Array.from({ length: 20 }, (_, i) =>
      post(`${url}/push/job`, results(100, i * 100)));
    for (const [status] of await Promise.all(pushes)) {
      assert.equal(status, 200);
    }
    assertEach(await keptResults(folder, "job"), 2000);
  }));

Deno.test("fault 77: a job's name that is a path is refused, and nothing is written", () =>
  collecting(async ({ url }, folder) => {
    const names = ["..%2f..%2fx", "%2fetc%2fx", "a%00b", "x".repeat(300), ".hidden", "a%5cb", "%"];
    for (const name of names) {
      for (const path of [`push/${name}`, `jobs/${name}/runs`]) {
        assert.equal((await post(`${url}/${path}`, []))[0], 400, path);
      }
    }
    assert.equal((await post(`${url}/push/../../x`, []))[0], 404);
    assert.deepEqual(await Array.fromAsync(Deno.readDir(folder)), []);
  }));

Deno.test("fault 82: a link in place of a job's folder or file is not followed", () =>
  collecting(async ({ url }, folder) => {
    await withFolder(async (other) => {
      await Deno.mkdir(`${folder}/job`);
      await Deno.writeTextFile(`${other}/target`, "");
      const command = 'ln -s "$1" "$0/linked" && ln -s "$1/target" "$0/job/results.ndjson"';
      await new Deno.Command("bash", { args: ["-c", command, folder, other] }).output();
      for (const job of ["linked", "job"]) {
        assert.equal((await post(`${url}/push/${job}`, results(1)))[0], 507);
      }
      assert.equal((await Deno.stat(`${other}/target`)).size, 0);
      assert.equal((await Array.fromAsync(Deno.readDir(other))).length, 1);
    });
  }));

Deno.test("what is no push is refused by its reason", () =>
  collecting(async ({ url }) => {
    const push = `${url}/push/job`;
    assert.deepEqual(await post(push, "{"), [400, "the body is not JSON\n"]);
    assert.deepEqual(await post(push, {}), [400, "the body is not an array of results\n"]);
    assert.deepEqual(await post(push, "x".repeat(2000)), [
      413,
      "the body has more than 1000 bytes\n",
    ]);
    assert.equal(
      (await post(push, [{ url: 5 }, null, {}]))[1],
      '{"collected":1,"duplicates":0,"rejected":2}',
    );
    const table: [path: string, method: string, status: number][] = [
      ["/push/job", "GET", 405],
      ["/jobs", "POST", 405],
      ["/jobs/job/runs", "GET", 405],
      ["/jobs/none/summary", "GET", 404],
      ["/jobs/none/totals", "GET", 404],
      ["/jobs/job/summary?format=xml", "GET", 400],
      ["/", "GET", 404],
      ["/push", "POST", 404],
      ["/push/job/more", "POST", 404],
      ["/healthz", "GET", 200],
    ];
    for (const [path, method, status] of table) {
      const response = await fetch(url + path, { method });
      await response.body?.cancel();
      assert.equal(response.status, status, `${method} ${path}`);
    }
  }, { limits: { maxBodyBytes: 1000 } }));

Deno.test("a job has a most of bytes, and there is a most of jobs", () =>
  collecting(async ({ url }, folder) => {
    assert.equal((await post(`${url}/push/a`, results(20)))[0], 200);
    const [status, text] = await post(`${url}/push/a`, results(20));
    assert.deepEqual([status, text], [507, "the job has its 5000 bytes of results\n"]);
    assert.equal((await keptResults(folder, "a")).length, 20);
    assert.equal((await post(`${url}/push/a`, results(1)))[0], 200);
    assert.equal((await post(`${url}/push/b`, results(1)))[0], 200);
    assert.equal((await post(`${url}/push/c`, results(1)))[0], 507);
  }, { limits: { maxJobBytes: 5000, maxJobs: 2 } }));

Deno.test("fault 81: pages of other sites may not push, nor by other names", () =>
  collecting(async ({ url }) => {
    const headers = { origin: "https://evil.example" };
    assert.equal((await post(`${url}/push/job`, results(1), headers))[0], 403);
  }));

Deno.test("fault 80: with a token nobody pushes or reads without it", () =>
  collecting(async ({ url }) => {
    assert.equal((await post(`${url}/push/job`, results(1)))[0], 401);
    const wrong = { authorization: `Bearer ${TOKEN.replace("0", "1")}` };
    assert.equal((await post(`${url}/push/job`, results(1), wrong))[0], 401);
    await withFolder(async (spoolFolder) => {
      const pusher = createPusher({ url, job: "job", spoolFolder, token: TOKEN });
      await pusher.push(results(10));
      assert.equal((await pusher.finish(10_000)).collected, 10);
    });
  }, { security: { token: TOKEN } }));

Deno.test("fault 80: a collector that others reach does not start without a token", () => {
  const store = { kind: "files", folder: "/tmp/none" } as const;
  for (
    const [options, message] of [
      [{ address: { hostname: "0.0.0.0" } }, /at 0\.0\.0\.0 needs a token/],
      [
        { address: { hostname: "0.0.0.0" }, security: { token: TOKEN } },
        /plain text at 0\.0\.0\.0/,
      ],
      [{ security: { token: "short" } }, /at least 32/],
      [{ limits: { maxJobs: 0 } }, /maxJobs must be a whole number/],
      [{ stor: 1 }, /no option stor: did you mean store/],
    ] as const
  ) {
    assert.throws(() => startCollector({ store, ...options }), (error) => {
      assert.ok(error instanceof OptionError);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("a port that is taken is named", () =>
  collecting(async ({ port, url }, folder) => {
    const again = () => startCollector({ address: { port }, store: { kind: "files", folder } });
    assert.throws(again, (error) => {
      assert.ok(error instanceof AgentError);
      assert.equal(error.code, "address_in_use");
      return error.message === `can't listen on ${url.slice(7)}`;
    });
    await Promise.resolve();
  }));

Deno.test("insecure pushes to a collector whose certificate nobody signed, and only then", async () => {
  const tls = await makeSelfSigned("localhost");
  await collecting(async ({ url }) => {
    for (const insecure of [true, false]) {
      await withFolder(async (spoolFolder) => {
        // One try, then nothing but the end.
        const sleep: Clock["sleep"] = (ms, signal) =>
          insecure || ms === 0 ? CLOCK.sleep(ms, signal) : aborted(signal);
        const parts = { clock: { ...CLOCK, sleep } };
        const pusher = createPusher({ url, job: "job", spoolFolder, insecure, parts });
        await pusher.push(results(256));
        if (!insecure) await until(() => pusher.trouble !== null, "a try that failed");
        const { collected, dropped } = await pusher.finish(insecure ? 60_000 : 0);
        assert.deepEqual([collected, dropped], insecure ? [256, 0] : [0, 256]);
        if (!insecure) assert.match(pusher.trouble!, /certificate/);
      });
    }
  }, { security: { tls } });
});
