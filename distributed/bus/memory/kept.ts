import { PoolError } from "../../errors.ts";
import type { Entry, LogRecord } from "../bus.ts";
import { isBelow, matches } from "../subjects.ts";

/** How long the id of a record or a job is remembered, in milliseconds. */
const ID_WINDOW_MS = 120_000;
/** Most of one answer to a reader. */
const BATCH_RECORDS = 256;
const BATCH_BYTES = 4 * 1024 * 1024;

/** A value with the time that it was written at; null when it was deleted. */
interface KeptValue {
  readonly value: Uint8Array | null;
  readonly revision: number;
  readonly at: number;
}

/** A job and who has it: nobody once `takenUntil` is over. */
export interface KeptJob {
  readonly id: string;
  readonly bytes: Uint8Array;
  deliveries: number;
  takenUntil: number;
}

/** All that the servers keep; another object after they lost it. */
export interface Kept {
  readonly keys: Map<string, KeptValue>;
  readonly blobs: Map<string, Uint8Array>;
  readonly queues: Map<string, KeptJob[]>;
  readonly logIds: Map<string, number>;
  readonly jobIds: Map<string, number>;
  records: LogRecord[];
  revision: number;
  sequence: number;
}

/** Nothing kept yet. */
export function nothingKept(): Kept {
  return {
    keys: new Map(),
    blobs: new Map(),
    queues: new Map(),
    logIds: new Map(),
    jobIds: new Map(),
    records: [],
    revision: 0,
    sequence: 0,
  };
}

/** The value of a key, unless it is older than `ttlMs`. */
export function valueOf(kept: Kept, key: string, now: number, ttlMs: number): Entry | null {
  const found = kept.keys.get(key);
  if (found === undefined || found.value === null || found.at + ttlMs <= now) return null;
  return { key, value: found.value.slice(), revision: found.revision, at: found.at };
}

/** Writes a value, or null to delete it. @returns its revision */
export function writeValue(
  kept: Kept,
  key: string,
  value: Uint8Array | null,
  now: number,
): number {
  const revision = ++kept.revision;
  kept.keys.set(key, { value, revision, at: now });
  return revision;
}

/** Refuses a write to a value that isn't the expected one (0: none). @throws {PoolError} `bus_conflict` */
export function expectRevision(found: Entry | null, key: string, revision: number): void {
  if ((found?.revision ?? 0) === revision) return;
  throw new PoolError(
    "bus_conflict",
    revision === 0
      ? `create ${key}: it is there`
      : `update ${key}: its revision isn't ${revision} but ${found?.revision ?? "gone"}`,
  );
}

/** Keys below a prefix that were written after a revision, in order; without a value: deleted. */
export function changesSince(
  kept: Kept,
  prefix: string,
  revision: number,
): { key: string; value: Uint8Array | null; revision: number; at: number }[] {
  const changes = [];
  for (const [key, found] of kept.keys) {
    if (found.revision > revision && isBelow(prefix, key)) changes.push({ key, ...found });
  }
  return changes.sort((a, b) => a.revision - b.revision);
}

/** Appends a record, unless one with this id came within two minutes. @returns whether it did */
export function appendRecord(
  kept: Kept,
  subject: string,
  id: string,
  bytes: Uint8Array,
  now: number,
): boolean {
  if (isKnown(kept.logIds, id, now)) return false;
  kept.records.push({ subject, sequence: ++kept.sequence, bytes });
  return true;
}

/** Records after a sequence, in order, at most a batch. */
export function recordsAfter(kept: Kept, subject: string, sequence: number): LogRecord[] {
  const found: LogRecord[] = [];
  const { records } = kept;
  let bytes = 0;
  for (let i = firstAfter(records, sequence); i < records.length; i++) {
    const record = records[i]!;
    if (!matches(subject, record.subject)) continue;
    bytes += record.bytes.length;
    if (found.length === BATCH_RECORDS || (found.length > 0 && bytes > BATCH_BYTES)) break;
    found.push(record);
  }
  return found;
}

/** Index of the first record behind a sequence. */
function firstAfter(records: readonly LogRecord[], sequence: number): number {
  let [low, high] = [0, records.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (records[middle]!.sequence <= sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Adds a job to a queue, unless one with this id came within two minutes. @returns whether it did */
export function offerJob(
  kept: Kept,
  queue: string,
  id: string,
  bytes: Uint8Array,
  now: number,
): boolean {
  if (isKnown(kept.jobIds, id, now)) return false;
  const jobs = kept.queues.get(queue) ?? [];
  kept.queues.set(queue, jobs);
  jobs.push({ id, bytes, deliveries: 0, takenUntil: -Infinity });
  return true;
}

/** The first job that nobody has; it is the taker's for `ackWaitMs`. */
export function takeJob(
  kept: Kept,
  queue: string,
  now: number,
  ackWaitMs: number,
): KeptJob | null {
  const job = kept.queues.get(queue)?.find(({ takenUntil }) => takenUntil <= now);
  if (job === undefined) return null;
  job.deliveries++;
  job.takenUntil = now + ackWaitMs;
  return job;
}

/** When a job of a queue will be given up by who has it; infinite when nobody has one. */
export function nextJobAt(kept: Kept, queue: string): number {
  let at = Infinity;
  for (const { takenUntil } of kept.queues.get(queue) ?? []) at = Math.min(at, takenUntil);
  return at;
}

/** Removes jobs from a queue. */
export function removeJobs(kept: Kept, queue: string, which: (job: KeptJob) => boolean): void {
  const left = (kept.queues.get(queue) ?? []).filter((job) => !which(job));
  if (left.length > 0) kept.queues.set(queue, left);
  else kept.queues.delete(queue);
}

function isKnown(ids: Map<string, number>, id: string, now: number): boolean {
  for (const [old, at] of ids) {
    if (at + ID_WINDOW_MS > now) break;
    ids.delete(old);
  }
  if (ids.has(id)) return true;
  ids.set(id, now);
  return false;
}
