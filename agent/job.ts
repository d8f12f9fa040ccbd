/** What a client asks to be run. */
export interface JobSpec {
  /** Name of the job: of its logs and of its results. `dead_letter` when none was given. */
  readonly name: string;
  /** Calls in flight at a time. Default 25. */
  readonly users: number;
  /** How long, in seconds. */
  readonly duration: number;
  /** What runs: an uploaded binary, or a TypeScript load test as an archive. */
  readonly load:
    | { readonly kind: "binary"; readonly binary: string }
    /** `agents`: how many of the agent's pool it runs on; this machine alone without. */
    | { readonly kind: "script"; readonly archive: string; readonly agents?: number };
  /** Where the binary's RPC server listens. Default `127.0.0.1:9999`. */
  readonly rpcAddress: string;
}

/** Longest duration of a job, s: with what it may overrun, what a timer can wait for. */
export const MAX_SECONDS = 2_000_000;

/** The id of the upload that a job runs. */
export function uploadOf({ load }: Pick<JobSpec, "load">): string {
  return load.kind === "binary" ? load.binary : load.archive;
}

/**
 * Where a job stands. `queued` → `starting` → `running` → `draining` → `cooling` → an end: `done`,
 * `failed`, `cancelled`, or `interrupted` when the agent died while it ran.
 */
export type JobState =
  | "queued"
  | "starting"
  | "running"
  | "draining"
  | "cooling"
  | "done"
  | "failed"
  | "cancelled"
  | "interrupted";

/** What a job has done so far. At its end, `printed = collected + rejected + dropped`. */
export interface JobCounts {
  /** Calls of `Server.Run` answered. */
  readonly calls: number;
  /** Those of them that were answered by an error. */
  readonly callErrors: number;
  /** Lines on standard output. */
  readonly printed: number;
  /** Lines that are no result: no JSON, too long, fields of other types. */
  readonly rejected: number;
  /** Results that the collector has taken. */
  readonly collected: number;
  /** Results lost because the spool was full or the collector never came back. */
  readonly dropped: number;
}

/** One job, as it is kept and as clients see it. */
export interface Job {
  /** UUID. */
  readonly id: string;
  /** What was asked for. */
  readonly spec: JobSpec;
  /** Where it stands. */
  readonly state: JobState;
  /** When it was queued, ISO 8601. */
  readonly queuedAt: string;
  /** When it was started, ISO 8601; null until then. */
  readonly startedAt: string | null;
  /** When it ended, ISO 8601; null until then. */
  readonly endedAt: string | null;
  /** What it has done so far. */
  readonly counts: JobCounts;
  /** Why it failed, was interrupted or cancelled. */
  readonly error: { readonly code: string; readonly message: string } | null;
  /** A script's exit code; null for binaries and until the end. */
  readonly exitCode: number | null;
  /** At its end, what people should know: the first lines that are no result, results lost. At most 10 */
  readonly notes: readonly string[];
}

/** Nothing done yet. */
export const NO_COUNTS: JobCounts = {
  calls: 0,
  callErrors: 0,
  printed: 0,
  rejected: 0,
  collected: 0,
  dropped: 0,
};
