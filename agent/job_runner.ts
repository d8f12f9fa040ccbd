import type { BinaryLimits } from "./binary/mod.ts";
import { makeLogFolder } from "./binary/log_file.ts";
import { createPusher, type PushCounts, type ResultPusher } from "./collector/mod.ts";
import { AgentError } from "./errors.ts";
import { type Job, type JobCounts, uploadOf } from "./job.ts";
import type { LoadCounts, LoadEnd, LoadHooks } from "./load_end.ts";
import type { ScriptPolicy } from "./script_command.ts";
import type { Uploads } from "./store/mod.ts";
import type { JobHooks, JobRunner } from "./worker.ts";

/** Where results go. */
export interface CollectorTarget {
  /** Its base, as in `http://localhost:8082`. */
  readonly url: string;
  /** Sent as `Authorization: Bearer`; null for none. */
  readonly token: string | null;
  /** Takes any certificate. */
  readonly insecure: boolean;
  /** Most bytes that wait on the disk. */
  readonly maxSpoolBytes: number;
  /** How long after a job its results may take to be collected, ms. */
  readonly flushMs: number;
}

/** How jobs are run. */
export interface RunnerSettings {
  readonly uploads: Uploads;
  /** Absolute: a folder for each job, while it runs. */
  readonly work: string;
  /** Absolute: results that wait, by the job's id. */
  readonly spool: string;
  /** Absolute: logs by the job's name. */
  readonly logs: string;
  readonly collector: CollectorTarget;
  readonly limits: Partial<BinaryLimits>;
  /** User that binaries run as; null for the agent's own. */
  readonly uid: number | null;
  readonly policy: ScriptPolicy;
  /** Longest time of a script whose options say how long it runs, s. */
  readonly maxSeconds: number;
  /** Module of the command, which runs scripts. */
  readonly cli: URL;
  /** Told what people should know of a job. */
  readonly onNote: (text: string) => void;
}

const NO_LOAD: LoadCounts = { calls: 0, callErrors: 0, printed: 0, rejected: 0, dropped: 0 };
/** For a job that was told to end, there is less time. */
const ABORTED_FLUSH_MS = 5000;

/** Runs jobs of binaries and of scripts, and brings their results to the collector. */
export function createJobRunner(settings: RunnerSettings): JobRunner {
  return async (job, hooks) => {
    const { onNote, collector, spool } = settings;
    const pusher = pusherFor(collector, job, `${spool}/${job.id}`);
    let load = NO_LOAD;
    let end: LoadEnd;
    try {
      end = await runLoad(settings, job, hooks, {
        push: (results) => pusher.push(results),
        onCounts(counts) {
          load = counts;
          hooks.onCounts(sumOf(load, pusher.counts()));
        },
      });
    } finally {
      await hooks.onState("draining");
      const { flushMs } = collector;
      await pusher.finish(hooks.signal.aborted ? Math.min(ABORTED_FLUSH_MS, flushMs) : flushMs);
    }
    const notes = [
      ...end.notes,
      ...pusher.drops().map(({ why, results }) => `${results} results are lost: ${why}`),
    ];
    for (const note of notes) onNote(`job ${job.id} (${job.spec.name}): ${note}`);
    const { error, exitCode } = end;
    return {
      state: error === null ? "done" : "failed",
      counts: sumOf(end.counts, pusher.counts()),
      error: error === null ? null : { code: error.code, message: error.message },
      exitCode,
      notes,
    };
  };
}

/** What brings one job's results to the collector. */
export function pusherFor(
  { url, token, insecure, maxSpoolBytes }: CollectorTarget,
  { spec }: Pick<Job, "spec">,
  spoolFolder: string,
): ResultPusher {
  return createPusher({ url, token, insecure, maxSpoolBytes, job: spec.name, spoolFolder });
}

async function runLoad(
  settings: RunnerSettings,
  job: Job,
  { onProcess, onState, signal }: JobHooks,
  hooks: LoadHooks,
): Promise<LoadEnd> {
  const { uploads, work, limits, uid, policy, cli, maxSeconds } = settings;
  const { load } = job.spec;
  const id = uploadOf(job.spec);
  const path = uploads.get(id)?.path;
  if (path === undefined) {
    throw new AgentError("upload_gone", `the ${load.kind} ${id} is not here any more`);
  }
  const logs = `${settings.logs}/${job.spec.name}`;
  await makeLogFolder(logs);
  // Of a job before, which was a script.
  await Deno.remove(`${logs}/summary.json`).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  const common = {
    ...hooks,
    ...{ folder: `${work}/${job.id}`, logs, limits, signal },
    onStart: onProcess,
  };
  if (load.kind === "binary") {
    const { runBinaryJob } = await import("./load_binary.ts");
    return await runBinaryJob({
      ...common,
      ...{ job: job.id, binary: path, spec: job.spec, uid },
      onState: (state) => state === "starting" ? undefined : void onState(state),
    });
  }
  const { runScript } = await import("./script_job.ts");
  await onState("running");
  return await runScript({ ...common, job, script: path, policy, cli, maxSeconds });
}

/** At the end `printed = collected + rejected + dropped`. */
function sumOf(load: LoadCounts, { collected, dropped }: PushCounts): JobCounts {
  return { ...load, collected, dropped: load.dropped + dropped };
}
