import type { ResultLine } from "../result.ts";
import type { BatchKey } from "./batch_keys.ts";

/** One push, read. */
export interface Pushed {
  /** Null for a batch without one, as of go-lo's agent. */
  readonly key: BatchKey | null;
  readonly results: readonly ResultLine[];
  /** Entries of it that are no results. */
  readonly rejected: number;
}

/** Told of what a store already has of a job. */
export interface Replay {
  batch(key: BatchKey | null, rejected: number): void;
  result(result: ResultLine): void;
}

/** Where the results of one job go. Calls come one at a time. */
export interface JobLog extends AsyncDisposable {
  /**
   * Keeps a push, all of it or nothing.
   *
   * @throws {HttpError} as it is answered: 4xx for what is never kept, 5xx for what may be later
   */
  append(pushed: Pushed): Promise<void>;
  /** What comes from now on is of a new run. Where it throws, the job is to be opened anew. */
  startRun(): Promise<void>;
}

/** Where the results of all jobs go. */
export interface ResultStore {
  /**
   * Opens a job.
   *
   * @param create when there is no such job; without it, null
   * @throws {HttpError} 507 when there are too many
   */
  open(job: string, create: boolean, replay: Replay): Promise<JobLog | null>;
  /** Names of the jobs that it has, in order. */
  list(): Promise<string[]>;
}
