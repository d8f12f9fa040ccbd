import { results } from "../_results_for_tests.ts";
import { withFolder } from "../_folders_for_tests.ts";
import { startApi } from "../api/mod.ts";
import { type CollectorServer, createPusher, startCollector } from "../collector/mod.ts";
import { type Job, NO_COUNTS } from "../job.ts";
import { openQueue } from "../queue.ts";
import type { ResultLine } from "../result.ts";
import { openStore } from "../store/mod.ts";
import { type JobEnd, type JobRunner, startWorker } from "../worker.ts";

/** Token of the agents. */
export const TOKEN = "0123456789abcdef0123456789abcdef";

/** An agent, its queue and its worker. */
export interface TestAgent extends AsyncDisposable {
  readonly url: string;
  /** Jobs that it has run. */
  readonly jobs: Job[];
}

/**
 * Starts an agent whose jobs print what `results` gives: 10 for each user unless told.
 *
 * @param run in place of pushing results
 */
export async function startAgent(
  folder: string,
  collector: string,
  given: { results?: (job: Job) => ResultLine[]; run?: JobRunner; cooldownMs?: number } = {},
): Promise<TestAgent> {
  const scope = new AsyncDisposableStack();
  const store = scope.use(await openStore({ folder: `${folder}/data` }));
  const queue = openQueue(store.jobs);
  const jobs: Job[] = [];
  const run: JobRunner = async (job, hooks) => {
    jobs.push(job);
    await hooks.onState("running");
    if (given.run !== undefined) return await given.run(job, hooks);
    const lines = (given.results ?? (({ spec }) => results(10 * spec.users)))(job);
    const spoolFolder = `${folder}/spool`;
    const pusher = createPusher({ url: collector, job: job.spec.name, spoolFolder });
    await pusher.push(lines);
    await hooks.onState("draining");
    const { pushed: printed, collected, dropped } = await pusher.finish(5000);
    const counts = { ...NO_COUNTS, calls: printed, printed, collected, dropped };
    return { state: "done", counts, error: null, exitCode: null };
  };
  scope.use(startWorker(queue, { run, cooldownMs: given.cooldownMs ?? 0 }));
  const server = scope.use(startApi({
    address: { port: 0 },
    store,
    agent: queue,
    logs: `${folder}/logs`,
    security: { token: TOKEN },
  }));
  return { url: server.url, jobs, [Symbol.asyncDispose]: () => scope.disposeAsync() };
}

/** How a job ends that failed. */
export function failed(message: string): JobEnd {
  return {
    state: "failed",
    counts: NO_COUNTS,
    error: { code: "rpc_unreachable", message },
    exitCode: null,
  };
}

/** Where a test submits from. */
export interface Desk {
  readonly folder: string;
  /** A job file: 5 users, 1 second. */
  readonly jobFile: string;
  readonly schedule: string;
  readonly collector: CollectorServer;
}

/** Calls `use` with a job file, something to upload, and a collector. */
export function withDesk(use: (desk: Desk) => Promise<void>, thresholds = ""): Promise<void> {
  return withFolder(async (folder) => {
    const store = { kind: "files", folder: `${folder}/collected` } as const;
    await using collector = startCollector({ address: { port: 0 }, store });
    const [jobFile, schedule] = [`${folder}/job.toml`, `${folder}/schedule`];
    const text = `type = "job"\n[schema]\nname = "my job"\nusers = 5\nduration = 1\n${thresholds}`;
    await Deno.writeTextFile(jobFile, text);
    await Deno.writeTextFile(schedule, "#!/bin/sh\n");
    await use({ folder, jobFile, schedule, collector });
  });
}
