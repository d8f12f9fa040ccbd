/**
 * Programs that behave badly, one test for each fault; the numbers are those of the list of faults
 * that the agent is built against.
 */
import assert from "node:assert/strict";
import { denoCommand } from "../../internal/mod.ts";
import { inOwnProcess } from "../../internal/own_process_for_tests.ts";
import { programTest } from "../../internal/programs_for_tests.ts";
import type { Flood } from "./_flood_for_tests.ts";
import { writeScript } from "../_load_server_for_tests.ts";
import { isRunning, runTest } from "./_run_for_tests.ts";
import { findIsolators } from "./isolation.ts";

const childOf = (err: string): number => Number(/^child (\d+)$/m.exec(err)![1]);

await programTest(
  ["go"],
  "83: a program that ignores SIGTERM is killed after the grace",
  async () => {
    const { error, exitCode, counts } = await runTest({
      flags: "-ignore-term -take 1ms",
      options: { limits: { graceSeconds: 0.3 } },
    });
    assert.equal(error, null, "it has done what it was asked for");
    assert.equal(exitCode, 128 + 9);
    assert.equal(counts.handedOn, counts.calls);
  },
);

await programTest(
  ["go"],
  "83: a child that outlives its parent is ended with the group",
  async () => {
    const { error, err, strays, outputHeld } = await runTest({ flags: "-fork group -take 1ms" });
    assert.equal(error, null);
    assert.equal(await isRunning(childOf(err)), false);
    assert.deepEqual({ strays, outputHeld }, { strays: 0, outputHeld: false });
  },
);

await programTest(["go"], "83: a child of a program that has crashed is ended too", async () => {
  const { error, err } = await runTest({ duration: 60, flags: "-fork group -exit-after 5" });
  assert.equal(error?.code, "program_ended");
  assert.equal(await isRunning(childOf(err)), false);
});

if (Deno.build.os === "linux") {
  await programTest(
    ["go"],
    "83: a child that has left the group is found by its job, and killed",
    async () => {
      const { error, err, strays, outputHeld } = await runTest({
        flags: "-fork session -take 1ms",
      });
      assert.equal(error, null);
      assert.equal(strays, 1);
      assert.equal(outputHeld, false);
      assert.equal(await isRunning(childOf(err)), false);
    },
  );
}

await programTest(["go"], "83: a program does not outlive an agent that is killed", async () => {
  const folder = await Deno.makeTempDir();
  await writeScript(folder, "sleep 1000 & wait");
  const script = `
    import { runBinary } from ${JSON.stringify(new URL("./mod.ts", import.meta.url).href)};
    await runBinary({
      job: "killed",
      binary: "${folder}/upload",
      spec: { users: 1, duration: 60, rpcAddress: "127.0.0.1:9" },
      folder: "${folder}/own",
      logs: "${folder}/logs",
      onStart: ({ pid }) => console.log(pid),
      onResults: () => Promise.resolve(),
    });`;
  await Deno.writeTextFile(`${folder}/agent.ts`, script);
  const permissions = ["--allow-read", "--allow-write=/tmp", "--allow-run=bash", "--allow-net"];
  await using agent = new Deno.Command(denoCommand(), {
    args: ["run", "--no-prompt", "--quiet", "--no-check", ...permissions, `${folder}/agent.ts`],
    cwd: new URL("../../", import.meta.url),
    stdout: "piped",
  }).spawn();
  const reader = agent.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const pid = Number((await reader.read()).value);
  assert(await isRunning(pid));
  agent.kill("SIGKILL");
  await agent.status;
  while (await isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
  await reader.cancel();
  await Deno.remove(folder, { recursive: true });
});

const BAD_LINES: readonly (readonly [string, string, RegExp, number])[] = [
  ["no JSON", '"not json"', /^no JSON object$/, 1],
  ["JSON of another kind", `'{"url":5}'`, /^a field of another type$/, 1],
  ["10 MB long", "big", /^longer than 65536 bytes$/, 1],
  ["binary", "binary", /^no JSON object$/, 2], // it has a line feed among its bytes
];

for (const [what, bad, reason, lines] of BAD_LINES) {
  await programTest(
    ["go"],
    `84: a line that is ${what} is counted, those behind it are read`,
    async () => {
      const { error, counts, rejections, results } = await runTest({
        flags: `-take 2ms -bad-every 10 -bad ${bad}`,
      });
      assert.equal(error, null);
      const calls = Math.floor(counts.calls / 10);
      assert(calls >= 1);
      assert.equal(counts.rejected, calls * lines);
      assert.equal(counts.handedOn, counts.calls);
      assert(results.every((line) => JSON.parse(line).status === 200));
      assert.match(rejections[0]!.reason, reason);
      assert.equal(rejections.length, Math.min(10, counts.rejected));
    },
  );
}

Deno.test("85: an address that something else listens on is not loaded, and nothing started", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const spec = { users: 1, duration: 1, rpcAddress: `127.0.0.1:${listener.addr.port}` };
  const accepted = listener.accept();
  const { error, exitCode } = await runTest({
    upload: (folder) => writeScript(folder, "sleep 1000"),
    options: { spec },
  });
  (await accepted).close();
  assert.equal(error?.code, "rpc_address_taken");
  assert.match(error.message, /something else listens on 127\.0\.0\.1:\d+/);
  assert.equal(exitCode, null);
});

await programTest(
  ["go"],
  "85: a program that never listens fails the job, what it printed is kept",
  async () => {
    const { error, counts, out } = await runTest({
      flags: "-never-listen -flood 65536",
      options: { limits: { startSeconds: 3 } },
    });
    assert.equal(error?.code, "rpc_unreachable");
    assert.match(error.message, /nothing listens on 127\.0\.0\.1:\d+ after [\d.]+ s: /);
    assert.equal(counts.rejected, 64);
    assert.equal(out.length, 65536);
  },
);

await programTest(["go"], "85: a program that listens late is waited for", async () => {
  const { error, counts } = await runTest({ flags: "-listen-late 300ms" });
  assert.equal(error, null);
  assert(counts.calls > 0);
});

await programTest(
  ["go"],
  "85: a program that answers with errors alone fails the job",
  async () => {
    const { error, counts } = await runTest({
      flags: "-fail",
      options: { limits: { startSeconds: 3 } },
    });
    assert.equal(error?.code, "rpc_error");
    assert.match(
      error.message,
      /answered Server\.Run with errors alone for 3 s: the target said no/,
    );
    assert(counts.callErrors > 1 && counts.callErrors < 50, "tried again, less and less often");
    assert.equal(counts.calls, counts.callErrors);
  },
);

await programTest(["go"], "85: a program that answers nothing fails the job", async () => {
  const { error, counts } = await runTest({
    flags: "-take 1h",
    options: { limits: { startSeconds: 3 } },
  });
  assert.equal(error?.code, "rpc_timeout");
  assert.deepEqual([counts.calls, counts.unanswered], [0, 1]);
});

await programTest(
  ["go"],
  "85: errors among the answers are counted, and the job goes on",
  async () => {
    const { error, counts } = await runTest({
      users: 8,
      flags: "-take 2ms -fail-first 2 -fail-every 5",
    });
    assert.equal(error, null);
    assert(counts.callErrors >= 3);
    assert.equal(counts.handedOn, counts.calls - counts.callErrors);
  },
);

Deno.test("85: a server of another protocol fails the job", async () => {
  const { error } = await runTest({
    upload: (folder, address) =>
      writeScript(
        folder,
        `exec "${Deno.execPath()}" eval 'Deno.serve({hostname:"127.0.0.1",port:${
          address.split(":")[1]
        }},()=>new Response("no"))'`,
      ),
    // Deno may be in a folder that is the agent's user's alone.
    options: { limits: { startSeconds: 3 }, uid: (await findIsolators()).root ? 0 : null },
  });
  assert(error !== null);
  assert.match(error.code, /^rpc_(invalid|timeout|unreachable)$/);
});

await programTest(
  ["go"],
  "1 GiB on standard output is read in little memory, and its log is capped",
  async () => {
    // The permissions of these tests: it builds the program, and runs it.
    const flood = await inOwnProcess(new URL("./_flood_for_tests.ts", import.meta.url), [
      ...["--allow-read=.,/tmp", "--allow-write=/tmp", "--allow-run=deno,bash", "--allow-net"],
      "--allow-env=TMPDIR",
    ]);
    const { code, rejected, lost, logLost, logBytes, grown } = flood as Flood;
    assert.equal(code, null);
    assert.deepEqual({ rejected, lost }, { rejected: 2 ** 20, lost: 0 });
    assert(logLost > 2 ** 30 - 2 ** 20);
    assert(logBytes < 2 ** 20 + 100);
    assert(grown < 100 * 2 ** 20, `${grown / 2 ** 20} MiB more`);
  },
);

await programTest(["go"], "a flood on standard error is capped, and holds nothing up", async () => {
  const { error, logLost } = await runTest({
    flags: `-flood-stderr ${2 ** 26}`,
    options: { limits: { startSeconds: 60, logBytes: 2 ** 16 } },
  });
  assert.equal(error, null);
  assert(logLost >= 2 ** 26 - 2 ** 16);
});

await programTest(
  ["go"],
  "a receiver that is slow slows the program, and memory doesn't grow",
  async () => {
    let waiting = 0;
    const { error, counts } = await runTest({
      ...{ users: 8, duration: 0.2, flags: "-lines 200" },
      options: {
        onResults: async (batch) => {
          waiting += batch.length;
          assert(waiting < 2000, "one batch at a time");
          await new Promise((resolve) => setTimeout(resolve, 5));
          waiting -= batch.length;
        },
      },
    });
    assert.equal(error, null);
    assert.equal(counts.handedOn, counts.calls * 200);
  },
);
