import assert from "node:assert/strict";
import { freePort, programTest, startProgram } from "../internal/programs_for_tests.ts";
import { OptionError } from "../internal/mod.ts";
import { link, until, withFolder } from "./_folders_for_tests.ts";
import { writeLoadBinary, writeScript } from "./_load_server_for_tests.ts";
import { keptResults } from "./_results_for_tests.ts";
import { startIn, TOKEN, upload, withAgent } from "./_running_for_tests.ts";
import { startAgent } from "./agent.ts";
import { startCollector } from "./collector/mod.ts";
import { AgentError } from "./errors.ts";
import type { Job, JobCounts } from "./job.ts";
import { readHosts, submit } from "./submit/mod.ts";

/** What is true of every job at its end. */
function assertAccounted({ printed, collected, rejected, dropped }: JobCounts): void {
  assert.equal(printed, collected + rejected + dropped);
}

await programTest(
  ["go"],
  "upload, queue, run, collect, summary: every line of a real Go binary is accounted for",
  () =>
    withAgent(async ({ agent, ask, collector, folder, rpcAddress, log, notes }) => {
      const flags = "-take 2ms -lines 4 -bad-every 3";
      const schedule = await writeLoadBinary(folder, rpcAddress, flags);
      const jobFile = `${folder}/job.toml`;
      const text = 'type = "job"\n[schema]\nname = "real"\nusers = 20\nduration = 1\n';
      await Deno.writeTextFile(jobFile, text);
      const done = await submit({
        ...{ jobFile, schedule, token: TOKEN, collectors: [collector.url] },
        hosts: readHosts(agent.url, "hosts"),
        thresholds: ["http_reqs: count>100"],
      });
      assert.deepEqual([done.exitCode, done.failures], [0, []]);
      const { counts, state } = done.hosts[0]!;
      assert.ok(state === "done" && counts.calls > 20, "more than one round");
      assert.equal(counts.rejected, Math.floor(counts.calls / 3));
      assert.equal(counts.printed, counts.calls * 4 + counts.rejected);
      assert.equal(counts.dropped, 0);
      assertAccounted(counts);
      // The first lines that are none are shown: to who runs the agent, and to who asks for the job.
      const { jobs: [job] } = await (await ask("/jobs")).json() as { jobs: Job[] };
      assert.equal(job!.notes.length, 3, job!.notes.join());
      for (const note of job!.notes) {
        assert.match(note, /^line \d+ is no result \(.+\): /);
        assert.ok(notes.includes(`job ${job!.id} (real): ${note}`), note);
      }
      assert.equal(done.summary!.count, counts.collected);
      assert.equal((await keptResults(`${folder}/collected`, "real")).length, counts.collected);
      assert.equal((await log("real", "out.log")).split("\n").length - 1, counts.printed);
      assert.deepEqual(await Array.fromAsync(Deno.readDir(`${folder}/data/work`)), []);
    }),
);

await programTest(
  ["go"],
  "a job that names its RPC address is called there, the next one where the agent's are",
  () =>
    withAgent(async ({ ask, run, folder, rpcAddress }) => {
      const own = `127.0.0.1:${freePort()}`;
      for (const [named, address] of [[{ rpcAddress: own }, own], [{}, rpcAddress]] as const) {
        const binary = await upload(ask, await writeLoadBinary(folder, address, "-take 2ms"));
        const job = await run({ name: "named", users: 2, duration: 1, binary, ...named });
        assert.deepEqual([job.spec.rpcAddress, job.state, job.error], [address, "done", null]);
        assert.ok(job.counts.calls > 2);
      }
    }),
);

await programTest(
  ["go", "influxd"],
  "the same into a real InfluxDB 1: a point for every result",
  () =>
    withFolder(async (folder) => {
      await using influx = await startInflux();
      const store = { kind: "influxdb", url: influx.url } as const;
      await using collector = startCollector({ address: { port: 0 }, store });
      const { agent, ask, run, rpcAddress } = await startIn(folder, collector);
      await using _agent = agent;
      const flags = "-take 2ms -lines 3 -bad-every 5";
      const binary = await upload(ask, await writeLoadBinary(folder, rpcAddress, flags));
      const { state, counts } = await run({ name: "to influx", users: 10, duration: 1, binary });
      assert.ok(state === "done" && counts.rejected > 0);
      assert.equal(counts.dropped, 0);
      assertAccounted(counts);
      const q = encodeURIComponent("SELECT COUNT(size) FROM request");
      const at = `${influx.url}/query?db=to%20influx&q=${q}`;
      const { results } = await (await fetch(at)).json();
      assert.equal(results[0].series[0].values[0][1], counts.collected);
    }),
);

await programTest(
  ["go", "curl"],
  "fault 90: a client as golo-cli works unchanged: no token, no Content-Type, both names of upload",
  () =>
    withAgent(async ({ agent, folder, rpcAddress, collector }) => {
      const file = await writeLoadBinary(folder, rpcAddress, "-take 2ms");
      const curl = async (...args: string[]): Promise<string> => {
        const { stdout } = await new Deno.Command("bash", {
          args: ["-c", 'exec curl -sS -w "\\n%{http_code}" "$@"', "curl", ...args],
        }).output();
        return new TextDecoder().decode(stdout);
      };
      // It sends the path of what it was told to, as in ./upload.
      const form = ["-F", `file=@${file};filename=./upload`];
      const answer = await curl(...form, `${agent.url}/upload`);
      const [, binary] = /^\{"binary": "([0-9a-f-]{36})"\}\n200$/.exec(answer) ?? [];
      assert.ok(binary !== undefined, answer);
      assert.match(await curl(...form, `${agent.url}/queue`), /^\{"binary": "[^"]+"\}\n200$/);
      const job = JSON.stringify({ name: "golo", users: 3, duration: 1, binary });
      const queued = await curl("-H", "Content-Type:", "--data-binary", job, `${agent.url}/queue`);
      assert.equal(queued, '{"queued": true}\n201');
      let jobs: readonly Job[] = [];
      await until(async () => {
        ({ jobs } = await (await fetch(`${agent.url}/jobs`)).json());
        return jobs.length === 1 && jobs[0]!.state === "done";
      }, "the end of the job");
      const { counts } = jobs[0]!;
      assertAccounted(counts);
      const summary = await (await fetch(`${collector.url}/jobs/golo/summary`)).json();
      assert.ok(summary.count === counts.collected && counts.collected > 10);
    }, { security: { token: null, goloCompat: true } }),
);

await programTest(
  ["go"],
  "fault 87: results that nobody takes wait on the disk, and those that never are taken are counted",
  () =>
    withFolder(async (folder) => {
      const port = freePort();
      const store = { kind: "files", folder: `${folder}/collected` } as const;
      const nowhere = { url: `http://127.0.0.1:${port}` };
      const late = { ...nowhere, [Symbol.asyncDispose]: () => Promise.resolve() };
      const unused = Object.assign(late, { port, close: () => Promise.resolve() });
      const { agent, ask, run, rpcAddress, notes } = await startIn(folder, unused, {
        collector: { ...nowhere, flushMs: 1000 },
      });
      await using _agent = agent;
      const binary = await upload(ask, await writeLoadBinary(folder, rpcAddress, "-take 1ms"));
      const job = { name: "late", users: 2, duration: 1, binary };
      const lost = await run(job);
      assert.equal(lost.state, "done");
      assert.deepEqual([lost.counts.collected, lost.counts.dropped], [0, lost.counts.printed]);
      assert.ok(notes.some((note) => /results are lost: the collector did not take/.test(note)));
      // Down for the whole load, there for what comes after it.
      const draining = await run(job, ({ state }) => state === "draining");
      await using _collector = startCollector({ address: { port }, store });
      await until(async () => {
        const now: Job = await (await ask(`/jobs/${draining.id}`)).json();
        if (now.state !== "done") return false;
        assert.equal(now.counts.collected + now.counts.dropped, now.counts.printed);
        return true;
      }, "the end of the job");
    }),
);

Deno.test("what a dead agent left: its job is interrupted, results that waited are collected, the queue goes on", () =>
  withFolder(async (folder) => {
    const store = { kind: "files", folder: `${folder}/collected` } as const;
    await using collector = startCollector({ address: { port: 0 }, store });
    const source = "export const options = { iterations: 1 }; export default () => {};";
    let first = "";
    {
      const { agent, run, ask } = await startIn(folder, collector, { cooldownMs: 1000 * 3600 });
      await using _agent = agent;
      first = (await run({ name: "one", script: { source } }, ({ state }) =>
        state === "cooling")).id;
      const body = JSON.stringify({ name: "two", script: { source } });
      const queued = await ask("/queue", { method: "POST", body });
      assert.deepEqual([queued.status, await queued.text()], [201, '{"queued": true}']);
    }
    // As a pusher of the first job would have left it, had it been killed.
    const spool = `${folder}/data/spool/${first}`;
    await Deno.mkdir(spool);
    const line = JSON.stringify({ url: "/a", method: "GET", status: 200 });
    await Deno.writeTextFile(`${spool}/${crypto.randomUUID()}.0.2.json`, `[${line},${line}]`);
    await Deno.mkdir(`${folder}/data/work/left`);
    const { agent, ask, notes } = await startIn(folder, collector);
    await using _agent = agent;
    await until(async () => {
      const { jobs } = await (await ask("/jobs")).json();
      const done = jobs.every(({ state }: Job) => state === "done");
      return done && jobs[0].counts.collected === 2;
    }, "both jobs");
    assert.equal((await keptResults(`${folder}/collected`, "one")).length, 2);
    assert.match(notes.join("\n"), /of 2 results that waited, 2 are collected now, 0 are lost/);
    await assert.rejects(Deno.lstat(`${folder}/data/work/left`), Deno.errors.NotFound);
    await assert.rejects(Deno.lstat(spool), Deno.errors.NotFound);
  }));

Deno.test("an agent that is stopped ends its job as interrupted, and another may have the folder", () =>
  withFolder(async (folder) => {
    const store = { kind: "files", folder: `${folder}/collected` } as const;
    await using collector = startCollector({ address: { port: 0 }, store });
    const running = await startIn(folder, collector);
    const script = await writeScript(folder, "exec sleep 300");
    const binary = await upload(running.ask, script);
    const { id } = await running.run(
      { name: "sleeper", users: 1, duration: 300, binary },
      ({ state }) => state === "starting",
    );
    await assert.rejects(startIn(folder, collector), { code: "store_in_use" });
    await Promise.all([running.agent.stop(), running.agent.stop()]);
    const { agent, ask } = await startIn(folder, collector);
    await using _agent = agent;
    const job: Job = await (await ask(`/jobs/${id}`)).json();
    assert.deepEqual([job.state, job.error?.code], ["interrupted", "agent_stopped"]);
  }));

Deno.test("fault 82: logs don't go through a link that somebody left, and the job says so", () =>
  withAgent(async ({ run, folder, ask }) => {
    const elsewhere = `${folder}/elsewhere`;
    await Deno.mkdir(elsewhere);
    await link(elsewhere, `${folder}/logs/linked`);
    const source = "export default () => {};";
    const { state, error } = await run({ name: "linked", script: { source } });
    assert.deepEqual([state, error?.code], ["failed", "log_failed"]);
    assert.deepEqual(await Array.fromAsync(Deno.readDir(elsewhere)), []);
    assert.equal((await (await ask("/healthz")).json()).status, "ok");
  }));

Deno.test("an upload that was removed fails its job", () =>
  withAgent(async ({ run, ask, folder }) => {
    const binary = await upload(ask, await writeScript(folder, "exit 0"));
    await Deno.remove(`${folder}/data/uploads/binary/${binary}`);
    const { state, error } = await run({ name: "gone", users: 1, duration: 1, binary });
    assert.deepEqual([state, error?.code], ["failed", "folder_failed"]);
  }));

Deno.test("every request that changes something is in the audit log", () =>
  withAgent(async ({ agent, ask, folder }) => {
    await (await ask("/queue", { method: "POST", body: "{" })).body?.cancel();
    await (await fetch(`${agent.url}/jobs`)).body?.cancel();
    await agent.stop();
    const lines = (await Deno.readTextFile(`${folder}/data/audit.log`)).trim().split("\n");
    const seen = lines.map((line) => JSON.parse(line))
      .map(({ remote, method, path, status }) => [remote, method, path, status]);
    assert.deepEqual(seen, [
      ["127.0.0.1", "POST", "/queue", 400],
      ["127.0.0.1", "GET", "/jobs", 401],
    ]);
  }));

Deno.test("settings that can't be used are refused before anything is made", () =>
  withFolder(async (folder) => {
    const good = { folder: `${folder}/data`, address: { port: 0 }, security: { token: TOKEN } };
    const table: [change: object, message: RegExp][] = [
      [{ folder: "" }, /folder must be/],
      [{ uid: -1 }, /uid is -1: give the number of a user/],
      [{ collector: { url: "nowhere" } }, /collector is "nowhere": it takes a URL/],
      [{ collector: { flushMs: -1 } }, /flushMs must be/],
      [{ collector: { maxSpoolBytes: 0.5 } }, /maxSpoolBytes must be/],
      [{ scripts: { allowNet: ["a,b"] } }, /allowNet has "a,b", which is no host/],
      [{ program: { logBytes: 0 } }, /limits\.logBytes is 0/],
      [{ rpcAddress: "10.0.0.1:9999" }, /rpcAddress is 10\.0\.0\.1:9999: give one of this/],
      [{ storage: { maxQueue: 1 } }, /did you mean maxQueued/],
      [{ logz: "" }, /did you mean logs/],
    ];
    for (const [change, message] of table) {
      await assert.rejects(startAgent({ ...good, ...change }), (error) => {
        assert.ok(error instanceof OptionError, String(error));
        assert.match(error.message, message);
        return true;
      });
      await assert.rejects(Deno.lstat(good.folder), Deno.errors.NotFound);
    }
    await Deno.writeTextFile(`${folder}/file`, "");
    await assert.rejects(startAgent({ ...good, logs: `${folder}/file/logs` }), (error) => {
      assert.ok(error instanceof AgentError && error.code === "folder_failed");
      return error.message.startsWith(`can't use ${folder}/file/logs: `);
    });
    // Nobody may listen beyond the loopback without a token: nothing is left locked behind it.
    const open = { ...good, address: { hostname: "0.0.0.0" }, security: { token: null } };
    await assert.rejects(startAgent(open), /an agent needs a token/);
    await using _agent = await startAgent(good);
  }));

async function startInflux() {
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = `reporting-disabled = true\nbind-address = "127.0.0.1:${freePort()}"
[meta]\ndir = "$FOLDER/meta"\n[data]\ndir = "$FOLDER/data"\nwal-dir = "$FOLDER/wal"
[http]\nbind-address = "127.0.0.1:${port}"\nlog-enabled = false\n`;
  const program = await startProgram(
    'exec influxd -config "$0/influxdb.conf"',
    { "influxdb.conf": config },
    async () => {
      const answer = await fetch(`${url}/ping`).catch(() => null);
      await answer?.body?.cancel();
      return answer?.status === 204;
    },
  );
  return Object.assign(program, { url });
}
