import type { AgentError } from "./errors.ts";
import type { ResultLine } from "./result.ts";

/** What a load has done itself, before its results go to the collector. */
export interface LoadCounts {
  /** Calls of `Server.Run` that were answered; iterations of a script. */
  readonly calls: number;
  /** Of these, answered by an error; thrown. */
  readonly callErrors: number;
  /** Lines on standard output; results of a script. */
  readonly printed: number;
  /** Of these, no results. */
  readonly rejected: number;
  /** Results that `push` would not take. */
  readonly dropped: number;
}

/** How a load has ended. */
export interface LoadEnd {
  /** Why it failed; null when it did not. */
  readonly error: AgentError | null;
  readonly counts: LoadCounts;
  /** Of a script's `downpour run`; null for binaries. */
  readonly exitCode: number | null;
  /** What people should know of it. */
  readonly notes: readonly string[];
}

/** Where a load's results go, and who hears of its counts. */
export interface LoadHooks {
  /** Takes results; bytes are the JSON of one. Resolves when there is room for more. */
  push(results: readonly (ResultLine | Uint8Array)[]): Promise<void>;
  /** Told now and then, and at the end. */
  onCounts(counts: LoadCounts): void;
}
