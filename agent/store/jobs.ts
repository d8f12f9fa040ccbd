import { type Job, type JobState, NO_COUNTS } from "../job.ts";
import type { ProcessIdentity } from "../processes.ts";
import { openJournal, readJournal } from "./journal.ts";

/** States that nothing comes after. */
export type EndState = "done" | "failed" | "cancelled" | "interrupted";

/** A job as it is kept. */
export interface JobRecord {
  /** Its place among all jobs: the order of the queue, whatever the clock says. */
  readonly seq: number;
  /** As clients see it. */
  readonly job: Job;
  /** The process that runs it, while one does. */
  readonly process: ProcessIdentity | null;
  /** What a job that is cooling comes to. */
  readonly outcome: EndState | null;
}

/** All jobs, in the order in which they were queued. */
export interface JobTable {
  /** A job by its id. */
  get(id: string): JobRecord | undefined;
  /** All, the oldest first. */
  all(): MapIterator<JobRecord>;
  /** How many there are. */
  readonly size: number;
  /** Records that could not be read when the table was opened. */
  readonly damaged: number;
  /**
   * Keeps a job in a new state: on the disk first, then seen by `get`.
   *
   * @throws {AgentError} `disk_full`, `store_write_failed`: nothing has changed
   */
  put(record: JobRecord): Promise<void>;
  /** Shows a job in a new state, in memory alone. */
  show(record: JobRecord): void;
  /** Waits for what is being written. */
  close(): Promise<void>;
}

const ENDS: readonly JobState[] = ["done", "failed", "cancelled", "interrupted"];

/** Whether nothing comes after a state. */
export function isEnd(state: JobState): state is EndState {
  return ENDS.includes(state);
}

/**
 * Reads the jobs in a file, which then holds them.
 *
 * @param keepEnded how many of those that have ended are kept; the oldest go first
 * @param recover what becomes of each job before it is kept again
 */
export async function openJobs(
  path: string,
  keepEnded: number,
  recover: (record: JobRecord) => Promise<JobRecord>,
): Promise<JobTable> {
  const { records, damaged } = await readJournal(path);
  const latest = new Map<string, JobRecord>();
  let unreadable = 0;
  for (const record of records) {
    // An agent of before wrote no notes.
    if (isRecord(record)) {
      latest.set(record.job.id, {
        ...record,
        job: { ...record.job, notes: record.job.notes ?? [] },
      });
    } else unreadable++;
  }
  const table = new Map<string, JobRecord>();
  for (const record of [...latest.values()].sort((a, b) => a.seq - b.seq)) {
    table.set(record.job.id, await recover(record));
  }
  let ended = [...table.values()].filter(({ job }) => isEnd(job.state)).length;
  const forget = (): void => {
    for (const [id, { job }] of table) {
      if (ended <= keepEnded) return;
      if (!isEnd(job.state)) continue;
      table.delete(id);
      ended--;
    }
  };
  const show = (record: JobRecord): void => {
    const before = table.get(record.job.id);
    table.set(record.job.id, record);
    if (!isEnd(record.job.state) || (before !== undefined && isEnd(before.job.state))) return;
    ended++;
    forget();
  };
  forget();
  const journal = await openJournal(path, () => table.values());
  return {
    get: (id) => table.get(id),
    all: () => table.values(),
    get size() {
      return table.size;
    },
    damaged: damaged + unreadable,
    put: (record) => journal.append(record, () => show(record)),
    show,
    close: () => journal.close(),
  };
}

/** Whether a record is one: its checksum says that it is as it was written, not by which version. */
function isRecord(value: unknown): value is JobRecord {
  const record = value as Partial<JobRecord> | null;
  return typeof record?.seq === "number" && typeof record.job?.id === "string" &&
    typeof record.job.state === "string" && typeof record.job.spec?.name === "string";
}

/** A job that has just been queued. */
export function newRecord(seq: number, id: string, spec: Job["spec"], now: Date): JobRecord {
  return {
    seq,
    job: {
      id,
      spec,
      state: "queued",
      queuedAt: now.toISOString(),
      startedAt: null,
      endedAt: null,
      counts: NO_COUNTS,
      error: null,
      exitCode: null,
      notes: [],
    },
    process: null,
    outcome: null,
  };
}
