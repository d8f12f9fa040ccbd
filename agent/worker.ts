import { describeError, DownpourError, OptionError } from "../internal/mod.ts";
import { AgentError } from "./errors.ts";
import type { Job, JobCounts } from "./job.ts";
import type { ProcessIdentity } from "./processes.ts";
import type { Claim, JobQueue } from "./queue.ts";
import { sleep as sleepFor } from "./sleep.ts";
import type { EndState, JobRecord } from "./store/mod.ts";

/** How a job came out. */
export interface JobEnd {
  /** Whether it did what it was to do. */
  readonly state: "done" | "failed";
  /** All that it has done. */
  readonly counts: JobCounts;
  /** Why it failed. */
  readonly error: { readonly code: string; readonly message: string } | null;
  /** A script's; null for binaries. */
  readonly exitCode: number | null;
  /** What people should know of it; the first 10 are kept, 500 characters of each. Default: nothing */
  readonly notes?: readonly string[];
}

/** What a runner tells of a job while it runs. */
export interface JobHooks {
  /**
   * Writes down the process that leads the job's process group: what an agent that was killed
   * leaves behind is found by it, and by `DOWNPOUR_JOB=<id>` in the environment of all the job's
   * processes.
   *
   * @throws {AgentError} when it can't be written down: the job must not run
   */
  onProcess(process: ProcessIdentity): Promise<void>;
  /** The load begins (`running`), or its last calls are waited for (`draining`). */
  onState(state: "running" | "draining"): Promise<void>;
  /** What was done so far, as often as it likes. */
  onCounts(counts: JobCounts): void;
  /** Aborted when the job has to end, with the reason. The runner then ends it and settles. */
  readonly signal: AbortSignal;
}

/** Runs one job to its end. What it throws is a job that failed. */
export type JobRunner = (job: Job, hooks: JobHooks) => Promise<JobEnd>;

/** Settings of a worker. */
export interface WorkerOptions {
  /** Runs one job. */
  readonly run: JobRunner;
  /** Rest after each job before the next, ms. Default: 60,000 */
  readonly cooldownMs?: number;
  /** Told what people should know, for example that a state could not be written. */
  readonly onWarning?: (message: string) => void;
  /** Waits. Default: by a timer */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What runs the jobs of a queue. Leaving its scope stops it. */
export interface AgentWorker extends AsyncDisposable {
  /** Ends the job that runs as `interrupted`, and takes no other. Safe to call again. */
  stop(): Promise<void>;
}

/** How often counts are written to the disk, ms. */
const KEEP_COUNTS_MS = 5000;
const MAX_NOTES = 10;
const MAX_NOTE_LENGTH = 500;
const MAX_COOLDOWN_MS = 24 * 3600 * 1000;

/** Takes jobs one at a time, first in, first out, and runs them. @throws {OptionError} */
export function startWorker(queue: JobQueue, options: WorkerOptions): AgentWorker {
  const { cooldownMs = 60_000 } = options;
  if (!(cooldownMs >= 0 && cooldownMs <= MAX_COOLDOWN_MS)) {
    throw new OptionError("cooldownMs", `cooldownMs must be from 0 to a day: ${cooldownMs}`);
  }
  const stopping = new AbortController();
  const loop = async (): Promise<void> => {
    for (;;) {
      const claim = await queue.claim(stopping.signal);
      if (claim === null) return;
      try {
        await work(queue, claim, { ...options, cooldownMs }, stopping.signal);
      } finally {
        await claim.release();
      }
    }
  };
  const ended = loop();
  const stop = async (): Promise<void> => {
    stopping.abort(new AgentError("agent_stopped", "the agent was stopped while the job ran"));
    await ended;
  };
  return { stop, [Symbol.asyncDispose]: stop };
}

async function work(
  queue: JobQueue,
  claim: Claim,
  options: WorkerOptions & { readonly cooldownMs: number },
  stopping: AbortSignal,
): Promise<void> {
  const { jobs, now } = queue;
  const { run, cooldownMs, sleep = sleepFor, onWarning = () => {} } = options;
  let record = claim.record;
  const change = (job: Partial<Job>, more: Partial<JobRecord> = {}): void => {
    record = { ...record, ...more, job: { ...record.job, ...job } };
  };
  /** Shows the record, and writes it if the disk takes it. */
  const keep = async (): Promise<void> => {
    jobs.show(record);
    try {
      await jobs.put(record);
    } catch (error) {
      onWarning(`job ${record.job.id} is ${record.job.state}, not kept: ${describeError(error)}`);
    }
  };

  // On the disk before anything runs: a job that may have begun is never begun again.
  change({ state: "starting", startedAt: now().toISOString() });
  let end: JobEnd;
  const signal = AbortSignal.any([claim.cancelled, stopping]);
  let countsKeptAt = performance.now();
  try {
    await jobs.put(record);
    signal.throwIfAborted();
    end = await run(record.job, {
      signal,
      async onProcess(process) {
        change({}, { process });
        await jobs.put(record);
      },
      async onState(state) {
        if (state === "running") claim.began();
        change({ state });
        await keep();
      },
      onCounts(counts) {
        change({ counts });
        jobs.show(record);
        if (performance.now() - countsKeptAt < KEEP_COUNTS_MS) return;
        countsKeptAt = performance.now();
        jobs.put(record).catch(() => {}); // the next state says it
      },
    });
  } catch (error) {
    end = {
      state: "failed",
      counts: record.job.counts,
      error: {
        code: error instanceof DownpourError ? error.code : "job_failed",
        message: describeError(error),
      },
      exitCode: null,
    };
  }

  const { state, error } = outcomeOf(end, claim.cancelled, stopping);
  const { counts, exitCode } = end;
  const notes = (end.notes ?? []).slice(0, MAX_NOTES).map((note) => note.slice(0, MAX_NOTE_LENGTH));
  change({ counts, exitCode, error, notes, endedAt: now().toISOString() }, { process: null });
  if (cooldownMs > 0 && !stopping.aborted) {
    change({ state: "cooling" }, { outcome: state });
    await keep();
    await sleep(cooldownMs, stopping);
  }
  change({ state }, { outcome: null });
  await keep();
}

/** What was told to end has been ended, whatever its runner makes of it. */
function outcomeOf(
  { state, error }: JobEnd,
  cancelled: AbortSignal,
  stopping: AbortSignal,
): { state: EndState; error: JobEnd["error"] } {
  if (!cancelled.aborted && !stopping.aborted) return { state, error };
  const { code, message } = (cancelled.aborted ? cancelled : stopping).reason as AgentError;
  return { state: cancelled.aborted ? "cancelled" : "interrupted", error: { code, message } };
}
