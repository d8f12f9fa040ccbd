import assert from "node:assert/strict";
import { run, start, treeRssBytes } from "./process.ts";

const bash = { name: "run", command: "bash" } as const;
// Needs --allow-run=bash, and the /proc of Linux.
const ignore = Deno.build.os !== "linux" ||
  (await Deno.permissions.query(bash)).state !== "granted";

Deno.test("run gives output, exit code and the CPU of the whole tree", { ignore }, async () => {
  const work = "for ((i = 0; i < 200000; i++)); do :; done";
  const result = await run(["bash", "-c", `echo out; echo err >&2; bash -c '${work}'; exit 3`], {
    limitSeconds: 30,
  });
  assert.deepEqual([result.code, result.stdout, result.stderr], [3, "out\n", "err"]);
  assert.ok(result.cpuSeconds > 0.02 && result.cpuSeconds < 30, `${result.cpuSeconds} s`);
});

Deno.test("run names a command that does not exist", { ignore }, async () => {
  const result = await run(["no-such-command"], { limitSeconds: 5 });
  assert.equal(result.code, 127);
  assert.match(result.stderr, /no-such-command: not found/);
});

Deno.test("a command past its limit is killed with its children", { ignore }, async () => {
  // The child would hold the output open if it lived.
  const result = await run(["bash", "-c", "sleep 100 & sleep 100"], { limitSeconds: 1 });
  assert.equal(result.code, 137);
});

Deno.test("stop kills the tree, whose memory was counted", { ignore }, async () => {
  // Its pid is told before it is executed: its memory is what it says only once it runs.
  const ready = Promise.withResolvers<void>();
  const process = await start(["bash", "-c", "echo ready; sleep 100; :"], {
    limitSeconds: 100,
    onOutput: () => ready.resolve(),
  });
  await Promise.race([ready.promise, process.finished]);
  const bytes = await treeRssBytes(process.pid);
  await process.stop();
  assert.equal((await process.finished).code, 137);
  assert.ok(bytes > 500_000 && bytes < 100e6, `${bytes} bytes`);
});
