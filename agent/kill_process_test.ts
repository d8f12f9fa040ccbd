import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { STEPS } from "./_agent_process_for_tests.ts";
import { until, withFolder } from "./_folders_for_tests.ts";
import { killOrphans } from "./processes.ts";
import { openStore } from "./store/mod.ts";

const AGENT = fileURLToPath(new URL("./_agent_process_for_tests.ts", import.meta.url));

/** Starts the agent; resolves with what it said once it says `wanted`, and it still runs. */
async function startAgent(folder: string, step: string, wanted: string) {
  const child = new Deno.Command("deno", {
    args: [
      ...["run", "--quiet", "--no-prompt", "--no-check", "--allow-read", "--allow-write"],
      "--allow-net=127.0.0.1",
      ...["--allow-run=bash", AGENT, folder, step],
    ],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let text = "";
  for await (const chunk of child.stdout) {
    text += new TextDecoder().decode(chunk);
    if (text.includes(wanted) && text.endsWith("\n")) break;
  }
  assert.ok(text.includes(wanted), `${wanted} did not come: ${text}`);
  return { child, text };
}

async function isAlive(pid: string): Promise<boolean> {
  const script = 'read -r -d "" line <"/proc/$0/stat"; [[ $line && ${line##*) } != Z* ]]';
  const command = new Deno.Command("bash", { args: ["-c", script, pid], stderr: "null" });
  return (await command.output()).success;
}

for (const step of STEPS) {
  const name =
    `fault 88: an agent that is killed when a job is ${step} leaves no orphan, and runs ` +
    "nothing twice after a restart";
  Deno.test({
    name,
    ignore: Deno.build.os !== "linux",
    fn: () =>
      withFolder(async (folder) => {
        const { child } = await startAgent(folder, step, `at ${step}`);
        const pids = (await Deno.readTextFile(`${folder}/pids`).catch(() => "")).trim();
        child.kill("SIGKILL");
        await child.status;

        const second = await startAgent(folder, "none", "all over");
        await second.child.status;
        for (const pid of pids === "" ? [] : pids.split("\n")) {
          await until(async () => !await isAlive(pid), `the end of ${pid}`);
        }
        // Every job has an end, and was begun once at most.
        await using store = await openStore({ folder: `${folder}/data` });
        const states = [...store.jobs.all()].map(({ job }) => job.state);
        const first = step === "queued" || step === "cooling" ? "done" : "interrupted";
        assert.deepEqual(states, [first, "done"], second.text);
        const runs = (await Deno.readTextFile(`${folder}/runs`)).trim().split("\n");
        const names = runs.map((line) => line.split(" ")[1]).sort();
        const began = !["starting", "spawned", "written down"].includes(step);
        assert.deepEqual(names, began ? ["first", "second"] : ["second"], second.text);
        assert.equal(/is interrupted/.test(second.text), first === "interrupted");
      }),
  });
}

Deno.test("fault 88: an agent that is killed under a flood of jobs has kept all that it said it had", () =>
  withFolder(async (folder) => {
    const { child, text } = await startAgent(folder, "serve", "serving ");
    const url = /serving (\S+) /.exec(text)![1]!;
    const queued: string[] = [];
    const script = { source: "export default () => {};" };
    const post = async (i: number): Promise<void> => {
      const body = JSON.stringify({ name: `job ${i}`, script });
      const response = await fetch(`${url}/queue`, { method: "POST", body });
      await response.body?.cancel();
      if (response.status === 201) queued.push(`job ${i}`);
      if (queued.length === 50) child.kill("SIGKILL");
    };
    await Promise.allSettled(Array.from({ length: 200 }, (_, i) => post(i)));
    await child.status;
    assert.ok(queued.length >= 50);
    await using store = await openStore({ folder: `${folder}/data` });
    const kept = new Set([...store.jobs.all()].map(({ job }) => job.spec.name));
    assert.deepEqual(queued.filter((name) => !kept.has(name)), []);
    // Each has what it needs.
    for (const { job: { spec: { load } } } of store.jobs.all()) {
      assert.ok(load.kind === "script" && store.uploads.get(load.archive) !== undefined);
    }
  }));

Deno.test({
  name: "a process is not taken for a job's because it has the number of one",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const child = new Deno.Command("bash", {
      args: ["-c", "read -r _"],
      detached: true,
      stdin: "piped",
    }).spawn();
    const other = { pid: child.pid, startTicks: "1", bootId: null };
    assert.deepEqual(await killOrphans(crypto.randomUUID(), other), { found: 0, left: 0 });
    assert.equal(await isAlive(String(child.pid)), true);
    const rebooted = { pid: child.pid, startTicks: "1", bootId: crypto.randomUUID() };
    assert.deepEqual(await killOrphans(crypto.randomUUID(), rebooted), { found: 0, left: 0 });
    await child.stdin.close();
    await child.status;
  },
});
