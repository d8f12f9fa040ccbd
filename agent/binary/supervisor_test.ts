import assert from "node:assert/strict";
import { writeScript } from "../_load_server_for_tests.ts";
import { isRunning } from "./_run_for_tests.ts";
import { findIsolators, isolate } from "./isolation.ts";
import { BINARY_LIMITS } from "./limits.ts";
import { startSupervised } from "./supervisor.ts";

/** Starts a script; what it prints is lines. */
async function startScript(script: string, graceSeconds: number, isolators = {}) {
  const folder = await Deno.makeTempDir();
  await writeScript(folder, script);
  const machine = { ...await findIsolators(), ...isolators };
  const isolation = isolate(machine, { job: "job", folder, uid: null, limits: BINARY_LIMITS });
  const program = await startSupervised("./upload", { folder, graceSeconds, isolation });
  const err = new Response(program.stderr).text();
  const reader = program.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const read = async (): Promise<string> => (await reader.read()).value?.trim() ?? "";
  const dispose = async (): Promise<void> => {
    await reader.cancel();
    await Deno.remove(folder, { recursive: true });
  };
  return { ...program, err, read, [Symbol.asyncDispose]: dispose };
}

for (const setsid of [true, false]) {
  Deno.test(`a program's group ends with it, ${setsid ? "in" : "without"} a session of its own`, async () => {
    const script = 'sleep 1000 & echo "$! $$"; wait';
    await using program = await startScript(script, 5, setsid ? {} : { setsid: false });
    const [child, self] = (await program.read()).split(" ").map(Number);
    assert.equal(self, program.pid);
    assert(await isRunning(child!));
    await program.end();
    assert.equal(await program.exited, 128 + 15);
    assert.equal(await isRunning(child!), false);
    assert.equal(await program.read(), "", "standard output ends");
    await program.err;
  });
}

Deno.test("a program that is to end is given time for it, and its exit code is told", async () => {
  await using program = await startScript(
    'trap "echo bye; exit 7" TERM; echo on; while :; do sleep 0.01; done',
    60,
  );
  assert.equal(await program.read(), "on");
  await program.end();
  assert.equal(await program.read(), "bye");
  assert.equal(await program.exited, 7);
  await program.err;
});

Deno.test("asked a second time, it is killed before the grace is over", async () => {
  await using program = await startScript(
    'trap "echo no" TERM; echo on; while :; do sleep 0.01; done',
    3600,
  );
  assert.equal(await program.read(), "on");
  await program.end();
  assert.equal(await program.read(), "no");
  await program.end();
  assert.equal(await program.exited, 128 + 9);
  await program.err;
});

Deno.test("what is left of the group of a program that has ended is ended", async () => {
  await using program = await startScript('sleep 1000 & echo "$!"; exit 3', 5);
  const child = Number(await program.read());
  assert.equal(await program.exited, 3);
  assert.equal(await isRunning(child), false);
  await program.err;
});
