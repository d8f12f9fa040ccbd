import { OptionError } from "../../internal/mod.ts";
import { AgentError } from "../errors.ts";
import { type JobSpec, type JobState, MAX_SECONDS } from "../job.ts";
import type { ProcessIdentity } from "../processes.ts";
import { isThisMachine, parseAddress } from "../rpc/mod.ts";
import type { BinaryCounts } from "./counts.ts";
import type { Protection } from "./isolation.ts";
import type { BinaryLimits } from "./limits.ts";
import type { OnResults, RejectedLine } from "./output.ts";

/** What `runBinary` runs, and who hears of it. */
export interface BinaryOptions {
  /** Id of the job: what it starts carries it in `DOWNPOUR_JOB`. */
  readonly job: string;
  /** Path of the uploaded binary. */
  readonly binary: string;
  /** Users, duration and RPC address, which has to be a loopback one. */
  readonly spec: Pick<JobSpec, "users" | "duration" | "rpcAddress">;
  /** Absolute path of the folder that it is given: must not be there, and is removed at the end. */
  readonly folder: string;
  /** Where `out.log` and `err.log` are begun anew. */
  readonly logs: string;
  /** Default: `BINARY_LIMITS` */
  readonly limits?: Partial<BinaryLimits>;
  /**
   * User and group to run as, by number; nobody else's. Needs root. 0 is root, said explicitly.
   * Default: `PROGRAM_UID` where root runs this, else the agent's own
   */
  readonly uid?: number | null;
  /** The process has been started: to be written down. The job goes on when it resolves. */
  onStart?(process: ProcessIdentity): Promise<void> | void;
  /** The job has come to a state. */
  onState?(state: Extract<JobState, "starting" | "running" | "draining">): void;
  /** Results as they come; reading waits for it. */
  readonly onResults: OnResults;
  /** Twice a second, and at the end. */
  onProgress?(counts: Readonly<BinaryCounts>): void;
  /** Ends the job: its outcome's error is `job_cancelled`. */
  readonly signal?: AbortSignal;
}

/** How a job of a binary has ended. */
export interface BinaryOutcome {
  /** Why it failed; null when it did not. */
  readonly error: AgentError | null;
  /** `printed = rejected + handedOn + dropped`. */
  readonly counts: Readonly<BinaryCounts>;
  /** The first lines that are no result. */
  readonly rejections: readonly RejectedLine[];
  /** Of the program, 128 + n when signal n ended it; null when it was never started. */
  readonly exitCode: number | null;
  /** Measures that were in force. */
  readonly protections: readonly Protection[];
  /** Processes that had left the program's group, and were killed. */
  readonly strays: number;
  /** Whether standard output was given up before its end, as somebody unknown held it open. */
  readonly outputHeld: boolean;
  /** Bytes that didn't fit into the logs. */
  readonly logLost: number;
}

/** Most users of a job: calls in flight on one connection. */
const MAX_USERS = 100_000;

/**
 * Checks what comes from a client.
 *
 * @throws {OptionError} users, duration or uid out of range
 * @throws {AgentError} `rpc_address_invalid`: no address, or one of another machine
 */
export function checkOptions({ spec, uid, job }: BinaryOptions): void {
  const { users, duration, rpcAddress } = spec;
  if (!Number.isInteger(users) || users < 1 || users > MAX_USERS) {
    throw new OptionError("users", `users is ${users}: give a whole number from 1 to ${MAX_USERS}`);
  }
  if (!(duration > 0 && duration <= MAX_SECONDS)) {
    throw new OptionError(
      "duration",
      `duration is ${duration}: give seconds, more than 0 and up to ${MAX_SECONDS}`,
    );
  }
  if (
    uid !== undefined && uid !== null && !(Number.isInteger(uid) && uid >= 0 && uid < 2 ** 32 - 1)
  ) {
    throw new OptionError("uid", `uid is ${uid}: give the number of a user`);
  }
  if (!/^[\w.-]{1,128}$/.test(job)) {
    throw new OptionError("job", `job is ${JSON.stringify(job)}: give its id`);
  }
  if (!isThisMachine(parseAddress(rpcAddress).hostname)) {
    throw new AgentError(
      "rpc_address_invalid",
      `the RPC address is ${rpcAddress}: give one of this machine, for example 127.0.0.1:9999`,
    );
  }
}
