import assert from "node:assert/strict";
import { programTest } from "../../internal/programs_for_tests.ts";
import { writeScript } from "../_load_server_for_tests.ts";
import { isRunning, runTest } from "./_run_for_tests.ts";
import type { BinaryCounts } from "./mod.ts";

await programTest(
  ["go"],
  "a job keeps its users' calls in flight and loses none of its results",
  async () => {
    const states: string[] = [];
    let last: Readonly<BinaryCounts> | undefined;
    const { error, counts, results, out, exitCode, strays, outputHeld } = await runTest({
      users: 25,
      flags: "-take 5ms -lines 3",
      options: { onState: (state) => states.push(state), onProgress: (counts) => last = counts },
    });
    assert.equal(error, null);
    assert(counts.calls > 25, "more than one round");
    assert.equal(counts.unanswered, 0);
    assert.equal(counts.printed, counts.calls * 3);
    assert.equal(counts.handedOn, counts.printed);
    assert.equal(out, results.map((line) => `${line}\n`).join(""));
    assert.deepEqual(states, ["starting", "running", "draining"]);
    assert.deepEqual(last, counts);
    assert.deepEqual({ exitCode, strays, outputHeld }, {
      exitCode: 0,
      strays: 0,
      outputHeld: false,
    });
  },
);

await programTest(
  ["go"],
  "calls in flight at the end are waited for, and what they print",
  async () => {
    const { error, counts } = await runTest({ users: 10, duration: 0.05, flags: "-take 300ms" });
    assert.equal(error, null);
    assert.deepEqual([counts.calls, counts.unanswered, counts.handedOn], [11, 0, 11]);
  },
);

await programTest(
  ["go"],
  "calls that take longer than the drain are given up, and counted",
  async () => {
    const { error, counts } = await runTest({
      ...{ users: 10, duration: 0.1, flags: "-take 50ms -take-later 1h" },
      options: { limits: { drainSeconds: 0.1 } },
    });
    assert.equal(error, null);
    assert.deepEqual([counts.calls, counts.unanswered], [1, 10]);
  },
);

await programTest(
  ["go"],
  "what is printed on SIGTERM is read to its end, an unfinished line too",
  async () => {
    const { error, counts, rejections } = await runTest({
      users: 1,
      flags: "-take 20ms -late-lines 5000",
    });
    assert.equal(error, null);
    assert.equal(counts.printed, counts.calls + 5001);
    assert.equal(counts.rejected, 1);
    assert.deepEqual(rejections, [{ line: counts.printed, reason: "no JSON", text: '{"cut":' }]);
  },
);

await programTest(
  ["go"],
  "a program sees nothing of the agent's, and is kept within limits",
  async () => {
    const { err, protections } = await runTest({
      flags: "-show",
      options: {
        job: "the-job",
        limits: { openFiles: 300, memoryBytes: 2 ** 31, fileBytes: 2 ** 20 },
      },
    });
    const lines = err.split("\n");
    const names = lines.filter((line) => line.startsWith("env ")).map((line) =>
      line.slice(4).split("=")[0]
    );
    const own = ["DOWNPOUR_JOB", "HOME", "LANG", "PATH", "TMPDIR"];
    const shells = ["PWD", "SHLVL", "_"]; // by the upload, which is a script
    assert.deepEqual(names.filter((name) => !shells.includes(name!)).sort(), own);
    assert(lines.includes("env DOWNPOUR_JOB=the-job"));
    assert.match(err, /^cwd .*\/own <nil>$/m);
    assert.match(err, /^limit Max open files 300 300 files$/m);
    assert.match(err, /^limit Max data size 2147483648 2147483648 bytes$/m);
    assert.match(err, /^limit Max file size 1048576 1048576 bytes$/m);
    assert.match(err, /^limit Max core file size 0 0 bytes$/m);
    const session = protections.includes("session");
    if (session) assert.match(err, /^ids \d+ \d+ true true$/m);
    if (protections.includes("no_new_privileges")) assert.match(err, /^status NoNewPrivs: 1$/m);
    if (protections.includes("no_capabilities")) assert.match(err, /^status CapBnd: 0+$/m);
  },
);

if (Deno.build.os === "linux") {
  const root = new TextDecoder().decode(
    (await new Deno.Command("bash", { args: ["-c", "echo $EUID"] }).output()).stdout,
  ).trim() === "0";
  await programTest(
    root ? ["go", "setpriv"] : ["go", "root rights"],
    "an agent of root's gives a program a user of its own",
    async () => {
      const { err, error, protections } = await runTest({
        flags: "-show",
        options: { uid: 54321 },
      });
      assert.equal(error, null);
      assert.match(err, /^ids 54321 54321 true/m);
      assert(protections.includes("own_user"));
    },
  );
}

await programTest(
  ["go"],
  "a connection that is lost while the program lives comes back",
  async () => {
    const stop = new AbortController();
    const { error, counts } = await runTest({
      ...{ users: 8, duration: 3600, flags: "-take 5ms -drop-after 20" },
      options: {
        signal: stop.signal,
        onProgress: ({ calls }) => calls > 100 && stop.abort("it went on"),
      },
    });
    assert.equal(error?.code, "job_cancelled");
    assert(counts.unanswered >= 1);
    assert(counts.calls > 100, "went on");
  },
);

await programTest(["go"], "a program that takes no more connections fails the job", async () => {
  const { error, counts } = await runTest({
    ...{ users: 8, duration: 60, flags: "-take 2ms -drop-after 20 -drop-for-good" },
    options: { limits: { reconnectSeconds: 0.3 } },
  });
  assert.equal(error?.code, "rpc_closed");
  assert.match(error.message, /ended every connection for 0\.3 s without an answer/);
  assert(counts.unanswered < 200, "tried again, less and less often");
});

await programTest(["go"], "a program that ends by itself, well, ends the job", async () => {
  const { error, counts, exitCode } = await runTest({
    ...{ users: 2, duration: 60, flags: "-exit-after 10 -exit-code 0" },
  });
  assert.equal(error, null);
  assert.equal(exitCode, 0);
  assert.equal(counts.handedOn, 10);
});

await programTest(
  ["go"],
  "a program that crashes fails the job, its results are kept",
  async () => {
    const { error, counts, exitCode } = await runTest({
      ...{ users: 2, duration: 60, flags: "-exit-after 10 -exit-code 3" },
    });
    assert.equal(error?.code, "program_ended");
    assert.equal(error.message, "the program ended with exit code 3 before its time was over");
    assert.equal(exitCode, 3);
    assert.equal(counts.handedOn, 10);
  },
);

await programTest(
  ["go"],
  "a job that is cancelled ends at once, nothing that it printed is lost",
  async () => {
    const stop = new AbortController();
    const { error, counts } = await runTest({
      ...{ duration: 3600, flags: "-take 1ms" },
      options: {
        signal: stop.signal,
        onProgress: ({ calls }) => calls > 0 && stop.abort("enough"),
      },
    });
    assert.equal(error?.code, "job_cancelled");
    assert.equal(error.cause, "enough");
    assert(counts.handedOn >= counts.calls);
  },
);

await programTest(["go"], "results that can't be kept fail the job, and are counted", async () => {
  let batches = 0;
  const { error, counts } = await runTest({
    ...{ duration: 3600, flags: "-take 1ms" },
    options: {
      onResults: () => ++batches < 3 ? Promise.resolve() : Promise.reject(new Error("disk full")),
    },
  });
  assert.equal(error?.code, "results_refused");
  assert.equal(error.message, "results can't be kept: disk full");
  assert.equal(batches, 3, "is not asked again");
  assert(counts.dropped > 0);
});

Deno.test("a file that is no program fails the job with what the system says", async () => {
  const { error, exitCode } = await runTest({
    upload: async (folder) => {
      await Deno.writeFile(`${folder}/upload`, Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 1, 2, 3));
      return `${folder}/upload`;
    },
  });
  assert.equal(error?.code, "program_ended");
  assert.match(error.message, /exit code 12[67] before its RPC server answered: .*load/);
  assert(exitCode === 126 || exitCode === 127);
});

Deno.test("a binary that isn't there fails the job before anything is started", async () => {
  const { error, exitCode } = await runTest({
    upload: (folder) => Promise.resolve(`${folder}/none`),
  });
  assert.equal(error?.code, "folder_failed");
  assert.equal(exitCode, null);
});

Deno.test("a job cancelled before it began starts nothing", async () => {
  const { error, exitCode } = await runTest({
    upload: (folder) => writeScript(folder, "sleep 1000"),
    options: { signal: AbortSignal.abort() },
  });
  assert.equal(error?.code, "job_cancelled");
  assert.equal(exitCode, null);
});

Deno.test("who hears of the start hears the process, and ends the job by throwing", async () => {
  let pid = 0;
  const { error } = await runTest({
    upload: (folder) => writeScript(folder, "exec sleep 1000"),
    options: {
      onStart: async (process) => {
        pid = process.pid;
        assert(await isRunning(pid));
        throw new Error("can't write it down");
      },
    },
  });
  assert.equal(error?.code, "job_failed");
  assert.equal(error.message, "the job failed: can't write it down");
  assert.equal(await isRunning(pid), false);
});

Deno.test("options out of range are refused by their names", async () => {
  const upload = (): Promise<string> => Promise.resolve("/nowhere");
  for (const users of [0, -1, 1.5, 1e9]) {
    await assert.rejects(runTest({ upload, users }), { name: "OptionError", option: "users" });
  }
  for (const duration of [0, -1, NaN, 1e9]) {
    await assert.rejects(runTest({ upload, duration }), {
      name: "OptionError",
      option: "duration",
    });
  }
  await assert.rejects(runTest({ upload, options: { uid: -1 } }), { option: "uid" });
  await assert.rejects(runTest({ upload, options: { job: "a b" } }), { option: "job" });
  const spec = { users: 1, duration: 1, rpcAddress: "10.0.0.1:22" };
  const { error } = await runTest({ upload, options: { spec } });
  assert.equal(error?.code, "rpc_address_invalid");
});
