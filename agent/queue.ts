import { AgentError, cancelledError } from "./errors.ts";
import { type Job, type JobSpec, uploadOf } from "./job.ts";
import { isEnd, type JobRecord, type JobTable, newRecord, type Uploads } from "./store/mod.ts";

/** Settings of a queue. */
export interface QueueOptions {
  /** Most jobs that wait. Default: 10,000 */
  readonly maxQueued?: number;
  /** Where modules are that came with their jobs: each goes with the last job that needs it. */
  readonly uploads?: Uploads;
  /** The time of day. Default: the system's */
  readonly now?: () => Date;
}

/** A job that was taken from the queue, until it is released. */
export interface Claim {
  /** As it was taken. */
  readonly record: JobRecord;
  /** Aborted when the job is cancelled. */
  readonly cancelled: AbortSignal;
  /** Says that its load begins now: what its progress is counted from. */
  began(): void;
  /** Lets go of it: it has ended. */
  release(): Promise<void>;
}

/** Jobs wait here, first in, first out, by the order in which they came and not by the clock. */
export interface JobQueue {
  /** All jobs, also those that have ended. */
  readonly jobs: JobTable;
  /** How many wait. */
  readonly length: number;
  /** The time of day. */
  readonly now: () => Date;
  /**
   * Queues a job; resolves once it is on the disk.
   *
   * @throws {AgentError} `queue_full`, `disk_full`, `store_write_failed`
   */
  add(spec: JobSpec): Promise<Job>;
  /**
   * Takes a job out of the queue, or asks the one that runs to end.
   *
   * @returns the job as it is now: still running, when it has to be ended first
   * @throws {AgentError} `job_unknown`, `job_over`
   */
  cancel(id: string): Promise<Job>;
  /** Takes the next job, waiting for one; null when aborted. */
  claim(signal: AbortSignal): Promise<Claim | null>;
  /** How much of a job's duration is over, 0 to 1; 1 for a job that has ended. */
  progress(id: string): number;
  /** How many jobs wait before a job; null when it doesn't wait. */
  ahead(id: string): number | null;
  /** Whether a job that waits or runs needs an upload. */
  needs(upload: string): boolean;
}

interface Claimed {
  /** As it was taken. */
  readonly record: JobRecord;
  readonly cancelling: AbortController;
  /** By a clock that nobody sets, ms; null before its load. */
  beganAt: number | null;
}

/** Opens the queue of a table: its jobs that are `queued`. */
export function openQueue(jobs: JobTable, options: QueueOptions = {}): JobQueue {
  const { maxQueued = 10_000, uploads, now = () => new Date() } = options;
  const claimed = new Map<string, Claimed>();
  let waiting = new Map<string, JobRecord>();
  /** Being written: they will wait, or are cancelled and will wait again if that can't be kept. */
  const writing = new Set<JobRecord>();
  let lastSeq = 0;
  let came = Promise.withResolvers<void>();
  for (const record of jobs.all()) {
    lastSeq = Math.max(lastSeq, record.seq);
    if (record.job.state === "queued") waiting.set(record.job.id, record);
  }

  const enqueue = (record: JobRecord): void => {
    waiting.set(record.job.id, record);
    came.resolve();
    came = Promise.withResolvers();
  };
  const write = async (record: JobRecord, as: JobRecord): Promise<void> => {
    writing.add(record);
    try {
      await jobs.put(as);
    } finally {
      writing.delete(record);
    }
  };
  /** Back in its old place. */
  const putBack = (record: JobRecord): void => {
    const all = [...waiting.values(), record].sort((a, b) => a.seq - b.seq);
    waiting = new Map(all.map((each) => [each.job.id, each]));
    came.resolve();
    came = Promise.withResolvers();
  };
  const needs = (upload: string): boolean => {
    const uses = ({ job }: JobRecord): boolean => uploadOf(job.spec) === upload;
    return claimed.values().some(({ record }) => uses(record)) ||
      waiting.values().some(uses) || writing.values().some(uses);
  };
  /** Removes the module of a job that is none any more; what can't be now, the next start removes. */
  const free = async (spec: JobSpec): Promise<void> => {
    const upload = uploadOf(spec);
    if (uploads?.get(upload)?.kind !== "bundle" || needs(upload)) return;
    await uploads.remove(upload).catch(() => {});
  };
  const known = (id: string): JobRecord => {
    const record = jobs.get(id);
    if (record !== undefined) return record;
    throw new AgentError("job_unknown", `there is no job ${JSON.stringify(id)}`);
  };

  return {
    jobs,
    now,
    get length() {
      return waiting.size;
    },
    async add(spec) {
      try {
        if (waiting.size + writing.size >= maxQueued) {
          throw new AgentError("queue_full", `the queue is full: ${maxQueued} jobs wait`);
        }
        const record = newRecord(++lastSeq, crypto.randomUUID(), spec, now());
        await write(record, record);
        enqueue(record);
        return record.job;
      } catch (error) {
        await free(spec);
        throw error;
      }
    },
    async cancel(id) {
      const record = known(id);
      const running = claimed.get(id);
      const { state } = record.job;
      if (running !== undefined && state !== "cooling" && !isEnd(state)) {
        running.cancelling.abort(cancelledError());
        return known(id).job;
      }
      if (!waiting.delete(id)) {
        throw new AgentError("job_over", `job ${id} can't be cancelled: it is ${state}`);
      }
      const { code, message } = cancelledError();
      const error = { code, message };
      const job: Job = { ...record.job, state: "cancelled", endedAt: now().toISOString(), error };
      try {
        await write(record, { ...record, job });
      } catch (error) {
        putBack(record);
        throw error;
      }
      await free(job.spec);
      return job;
    },
    async claim(signal) {
      for (;;) {
        if (signal.aborted) return null;
        const [next] = waiting.values();
        if (next === undefined) {
          await untilCame(came.promise, signal);
          continue;
        }
        const { id } = next.job;
        waiting.delete(id);
        const own: Claimed = { record: next, cancelling: new AbortController(), beganAt: null };
        claimed.set(id, own);
        return {
          record: next,
          cancelled: own.cancelling.signal,
          began: () => void (own.beganAt ??= performance.now()),
          async release() {
            claimed.delete(id);
            await free(next.job.spec);
          },
        };
      }
    },
    progress(id) {
      const record = jobs.get(id);
      if (record === undefined) return 0;
      if (isEnd(record.job.state) || record.job.state === "cooling") return 1;
      const beganAt = claimed.get(id)?.beganAt ?? null;
      if (beganAt === null || record.job.spec.duration === 0) return 0;
      return Math.min(1, (performance.now() - beganAt) / (record.job.spec.duration * 1000));
    },
    ahead(id) {
      let ahead = 0;
      for (const each of waiting.keys()) {
        if (each === id) return ahead;
        ahead++;
      }
      return null;
    },
    needs,
  };
}

async function untilCame(came: Promise<void>, signal: AbortSignal): Promise<void> {
  const stopped = Promise.withResolvers<void>();
  const stop = (): void => stopped.resolve();
  signal.addEventListener("abort", stop);
  try {
    await Promise.race([came, stopped.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
