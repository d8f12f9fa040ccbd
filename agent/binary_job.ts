import { runBinary } from "./binary/mod.ts";
import type { BinaryLimits } from "./binary/mod.ts";
import { createPusher, type PusherOptions } from "./collector/mod.ts";
import { AgentError } from "./errors.ts";
import type { JobCounts } from "./job.ts";
import type { AgentStore } from "./store/mod.ts";
import type { JobRunner } from "./worker.ts";

/** What jobs of binaries are run with. */
export interface BinaryJobOptions {
  readonly store: AgentStore;
  /** Folder of all logs, absolute: a job's are in `<logs>/<name>/`. */
  readonly logs: string;
  /** Folder for what a job needs while it runs, absolute: `<work>/<id>/` and `<work>/<id>.spool/`. */
  readonly work: string;
  /** Where results go. */
  readonly collector: Pick<PusherOptions, "url" | "insecure" | "token" | "maxSpoolBytes">;
  /** Longest time after a job for results that wait for the collector, ms. Default: 60,000 */
  readonly pushMs?: number;
  readonly limits?: Partial<BinaryLimits>;
  /** User and group to run as; see `runBinary`. */
  readonly uid?: number | null;
}

const PUSH_MS = 60_000;

/**
 * Runs jobs of uploaded binaries, and brings their results to the collector. In the end
 * `printed = collected + rejected + dropped`; a job whose results were lost is `done` all the same,
 * and says how many.
 */
export function binaryJobs(options: BinaryJobOptions): JobRunner {
  const { store, logs, work, collector, pushMs = PUSH_MS } = options;
  return async ({ id, spec }, { onProcess, onState, onCounts, signal }) => {
    const upload = spec.load.kind === "binary" ? store.uploads.get(spec.load.binary) : undefined;
    if (upload === undefined) {
      throw new AgentError("upload_unknown", "what the job runs is not there any more");
    }
    const pusher = createPusher({
      ...collector,
      job: spec.name,
      spoolFolder: `${work}/${id}.spool`,
    });
    let ran = { calls: 0, callErrors: 0, printed: 0, rejected: 0, dropped: 0 };
    const counts = (): JobCounts => {
      const { calls, callErrors, printed, rejected } = ran;
      const { collected, dropped } = pusher.counts();
      return { calls, callErrors, printed, rejected, collected, dropped: dropped + ran.dropped };
    };
    const { error, counts: last } = await runBinary({
      job: id,
      binary: upload.path,
      spec,
      folder: `${work}/${id}`,
      logs: `${logs}/${spec.name}`,
      limits: options.limits ?? {},
      uid: options.uid ?? null,
      onStart: onProcess,
      onState: (state) => {
        if (state !== "starting") void onState(state);
      },
      onResults: (lines) => pusher.push(lines),
      onProgress: (now) => {
        ran = { ...now };
        onCounts(counts());
      },
      signal,
    }).catch(async (error) => {
      await pusher.finish(0);
      throw error;
    });
    ran = { ...last };
    await pusher.finish(signal.aborted ? Math.min(pushMs, 5000) : pushMs);
    return {
      state: error === null ? "done" : "failed",
      counts: counts(),
      error: error === null ? null : { code: error.code, message: error.message },
      exitCode: null,
    };
  };
}
