/**
 * An agent in a process of its own, which tests kill: `FOLDER STEP`. Its runner starts a process
 * group, as that of a binary does, and stands still at the step that it is told; `none` for none,
 * `serve` for an API and no worker.
 *
 * @module
 */
import { startApi } from "./api/mod.ts";
import { NO_COUNTS } from "./job.ts";
import { identifyProcess, JOB_VARIABLE } from "./processes.ts";
import { openQueue } from "./queue.ts";
import { openStore } from "./store/mod.ts";
import { type JobRunner, startWorker } from "./worker.ts";

/** Where an agent can be killed. */
export const STEPS = [
  ...["queued", "starting", "spawned", "written down", "running", "draining", "cooling"],
];

/* Waits for a line before it does anything of the job; then leaves a child in the group, and one
   that is in none. */
const JOB = `
read -r _ || exit
echo "$0 $1" >>"$2/runs"
sleep 300 & echo $! >>"$2/pids"
setsid sleep 300 & echo $! >>"$2/pids"
wait
`;

/** Serves its API without a worker, until it is killed. */
async function serve(folder: string): Promise<void> {
  const store = await openStore({ folder: `${folder}/data` });
  const security = { token: null, goloCompat: true };
  const address = { port: 0 };
  const server = startApi({ address, store, agent: openQueue(store.jobs), logs: folder, security });
  console.log(`serving ${server.url} `);
}

async function main(folder: string, stop: string): Promise<void> {
  const say = (text: string) => console.log(text);
  /** Says that it came here, and stays if that is where it is to be killed. */
  const at = async (step: string): Promise<void> => {
    say(`at ${step}`);
    // A process that only waits would end by itself.
    if (step === stop) await new Promise(() => void setInterval(() => {}, 60_000));
  };
  await using store = await openStore({ folder: `${folder}/data` });
  const queue = openQueue(store.jobs);
  for (const { note } of store.recovered) say(note);
  if (store.jobs.size === 0) {
    for (const name of ["first", "second"]) {
      const load = { kind: "binary", binary: crypto.randomUUID() } as const;
      await queue.add({ name, users: 1, duration: 1, load, rpcAddress: "127.0.0.1:9999" });
    }
  }
  await at("queued");

  const run: JobRunner = async ({ id, spec }, { onProcess, onState }) => {
    await at("starting");
    const child = new Deno.Command("bash", {
      args: ["-c", JOB, id, spec.name, folder],
      detached: true, // a session of its own, and so a process group
      env: { [JOB_VARIABLE]: id },
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    await at("spawned");
    await onProcess(await identifyProcess(child.pid));
    await at("written down");
    const stdin = child.stdin.getWriter();
    await stdin.write(new TextEncoder().encode("go\n"));
    for (;;) {
      const pids = await Deno.readTextFile(`${folder}/pids`).catch(() => "");
      if (pids.split("\n").length > 2) break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await onState("running");
    await at("running");
    await onState("draining");
    await at("draining");
    const kill = `kill -KILL -- "-$0" $(tr "\\n" " " <"$1/pids"); rm "$1/pids"`;
    await new Deno.Command("bash", { args: ["-c", kill, String(child.pid), folder] }).output();
    await stdin.close().catch(() => {});
    await child.status;
    return { state: "done", counts: NO_COUNTS, error: null, exitCode: null };
  };
  await using _worker = startWorker(queue, { run, cooldownMs: 1, sleep: () => at("cooling") });
  while ([...store.jobs.all()].some(({ job }) => job.endedAt === null || job.state === "cooling")) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  say("all over");
}

if (import.meta.main) {
  const [folder = "", step = ""] = Deno.args;
  if (step === "serve") await serve(folder);
  else await main(folder, step);
}
