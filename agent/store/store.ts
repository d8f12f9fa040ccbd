import { checkNames, OptionError } from "../../internal/mod.ts";
import { AgentError } from "../errors.ts";
import { uploadOf } from "../job.ts";
import { killOrphans } from "../processes.ts";
import { privateFolder } from "./durable.ts";
import { isEnd, type JobRecord, type JobTable, openJobs } from "./jobs.ts";
import { openUploads, type Uploads } from "./uploads.ts";

/** Settings of a store. */
export interface StoreOptions {
  /** Where all of it is kept; made, for this user alone, when it isn't there. */
  readonly folder: string;
  /** Most bytes of one upload. Default: 2 GiB */
  readonly maxUploadBytes?: number;
  /** Most bytes of all uploads. Default: 20 GiB */
  readonly maxStoredBytes?: number;
  /** How many jobs that have ended are kept. Default: 10,000 */
  readonly keepEnded?: number;
  /** The time of day, for what people read. Default: the system's */
  readonly now?: () => Date;
  /** Makes the ids of uploads. Default: `crypto.randomUUID` */
  readonly newId?: () => string;
}

/** What an agent keeps on the disk. Leaving its scope closes it. */
export interface AgentStore extends AsyncDisposable {
  /** Where all of it is. */
  readonly folder: string;
  /** What was uploaded. */
  readonly uploads: Uploads;
  /** All jobs. */
  readonly jobs: JobTable;
  /** Jobs that the last agent left running, as they are now, and what people should know of it. */
  readonly recovered: readonly { readonly record: JobRecord; readonly note: string }[];
  /** The time of day. */
  readonly now: () => Date;
  /** Waits for what is being written and lets another agent have the folder. */
  close(): Promise<void>;
}

const NAMES = ["folder", "maxUploadBytes", "maxStoredBytes", "keepEnded", "now", "newId"];
const GIB = 1024 ** 3;

/**
 * Opens what an agent keeps in a folder. A job that the last agent left running ends here: what is
 * left of its processes is killed, and it is `interrupted`; one that was only cooling comes to its
 * end. The queue stays as it was.
 *
 * @throws {AgentError} `store_in_use` when another agent has the folder; `store_unsafe`
 * @throws {OptionError}
 */
export async function openStore(options: StoreOptions): Promise<AgentStore> {
  checkNames("openStore", options, NAMES);
  const { folder, now = () => new Date(), newId = () => crypto.randomUUID() } = options;
  const maxUploadBytes = whole("maxUploadBytes", options.maxUploadBytes ?? 2 * GIB);
  const maxStoredBytes = whole("maxStoredBytes", options.maxStoredBytes ?? 20 * GIB);
  const keepEnded = whole("keepEnded", options.keepEnded ?? 10_000);
  await privateFolder(folder);
  const unlock = await takeLock(folder);
  try {
    const limits = { maxUploadBytes, maxStoredBytes, newId, now };
    const uploads = await openUploads(`${folder}/uploads`, limits);
    const recovered: { record: JobRecord; note: string }[] = [];
    const jobs = await openJobs(`${folder}/jobs-v1.log`, keepEnded, async (before) => {
      const after = await recover(before, now);
      if (after === null) return before;
      recovered.push(after);
      return after.record;
    });
    await removeModules(uploads, jobs);
    const close = async (): Promise<void> => {
      await jobs.close();
      unlock();
    };
    return { folder, uploads, jobs, recovered, now, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Removes the modules that came with jobs which have ended; one that can't be stays. */
async function removeModules(uploads: Uploads, jobs: JobTable): Promise<void> {
  const needed = new Set<string>();
  for (const { job } of jobs.all()) if (!isEnd(job.state)) needed.add(uploadOf(job.spec));
  for (const { id, kind } of uploads.list()) {
    if (kind === "bundle" && !needed.has(id)) await uploads.remove(id).catch(() => {});
  }
}

/** The lock goes with the process that has it, however that ends. Returns what gives it back. */
async function takeLock(folder: string): Promise<() => void> {
  const lock = await Deno.open(`${folder}/lock`, { create: true, write: true, mode: 0o600 });
  if (await lock.tryLock(true)) {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      // A child that is being started has the file too until it runs: closing alone isn't enough.
      lock.unlockSync();
      lock.close();
    };
  }
  lock.close();
  throw new AgentError("store_in_use", `another agent keeps its jobs in ${folder}: end it first`);
}

async function recover(
  record: JobRecord,
  now: () => Date,
): Promise<{ record: JobRecord; note: string } | null> {
  const { job, process, outcome } = record;
  if (job.state === "queued" || isEnd(job.state)) return null;
  const { found, left } = await killOrphans(job.id, process);
  const endedAt = job.endedAt ?? now().toISOString();
  if (job.state === "cooling" && outcome !== null) {
    const ended = { ...job, state: outcome, endedAt };
    return {
      record: { ...record, job: ended, process: null, outcome: null },
      note: `job ${job.id} was cooling when the agent ended: ${outcome}`,
    };
  }
  const killed = found === 0 ? "" : `; ${found - left} of its ${found} processes were killed`;
  const message = `the agent ended while the job was ${job.state}${killed}`;
  const error = { code: "agent_ended", message };
  return {
    record: {
      ...record,
      job: { ...job, state: "interrupted", endedAt, error },
      process: null,
      outcome: null,
    },
    note: `job ${job.id} is interrupted: ${message}`,
  };
}

function whole(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new OptionError(name, `${name} must be a whole number from 1 on: ${value}`);
}
