import { join } from "node:path";
import { describeError } from "../../internal/mod.ts";
import { checkRecord } from "../check.ts";
import { RecordError } from "../errors.ts";
import type { RunRecord } from "../record.ts";
import { folderName, RECORD_FILE, runNumbers } from "./folder.ts";

/** Largest file that is read: an hour of a large run has a few megabytes. */
const MAX_BYTES = 256 * 2 ** 20;

/** A kept run that was read. */
export interface ReadRun {
  /** What messages call it: its number, or its path. */
  readonly label: string;
  /** Its file. */
  readonly path: string;
  /** What is in it. */
  readonly record: RunRecord;
}

/**
 * Reads the run that somebody names: by its number (`7`, `0007`), as `last` (the newest) or `last~1`
 * (the one before it), or by the path of a record or of its folder.
 *
 * @param folder where the numbered ones are
 * @throws {RecordError}
 */
export async function readRun(folder: string, name: string): Promise<ReadRun> {
  const back = /^last(?:~(\d{1,6}))?$/.exec(name);
  const numbered = /^\d{1,9}$/.test(name) ? Number(name) : null;
  if (back === null && numbered === null) {
    const path = await isFolder(name) ? join(name, RECORD_FILE) : name;
    return { label: name, path, record: await readRecord(path) };
  }
  const numbers = await namedNumbers(folder, name);
  const number = numbered ?? numbers.at(-1 - Number(back?.[1] ?? 0));
  if (number === undefined || !numbers.includes(number)) {
    throw new RecordError("record_missing", `there is no run ${name} in ${folder}${has(numbers)}`);
  }
  const path = join(folder, folderName(number), RECORD_FILE);
  return { label: String(number), path, record: await readRecord(path) };
}

/**
 * Reads a record's file.
 *
 * @throws {RecordError}
 */
export async function readRecord(path: string): Promise<RunRecord> {
  let text: string;
  try {
    const { size, isFile } = await Deno.stat(path);
    if (isFile && size > MAX_BYTES) {
      throw new RecordError(
        "record_too_large",
        `${path} has ${size} bytes: a run's record has at most ${MAX_BYTES}`,
      );
    }
    text = await readBounded(path);
  } catch (error) {
    throw error instanceof RecordError ? error : unreadable(path, error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RecordError("record_corrupt", `${path} is no JSON: ${describeError(error)}`, error);
  }
  return checkRecord(value, path);
}

/** A pipe has no size that could be asked for. */
async function readBounded(path: string): Promise<string> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  using file = await Deno.open(path, { read: true });
  for (;;) {
    const chunk = new Uint8Array(1 << 18);
    const count = await file.read(chunk);
    if (count === null) break;
    chunks.push(chunk.subarray(0, count));
    size += count;
    if (size > MAX_BYTES) {
      throw new RecordError(
        "record_too_large",
        `${path} has more than ${MAX_BYTES} bytes: no run's record has`,
      );
    }
  }
  return await new Blob(chunks).text();
}

async function namedNumbers(folder: string, name: string): Promise<number[]> {
  try {
    return await runNumbers(folder);
  } catch (error) {
    throw new RecordError(
      "record_unreadable",
      `cannot look for run ${name} in ${folder}: ${describeError(error)}`,
      error,
    );
  }
}

async function isFolder(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
}

function unreadable(path: string, error: unknown): RecordError {
  if (error instanceof Deno.errors.NotFound) {
    return new RecordError("record_missing", `there is no run at ${path}`, error);
  }
  const reason = error instanceof Deno.errors.NotCapable
    ? "this process may not read there (--allow-read)"
    : describeError(error);
  return new RecordError("record_unreadable", `cannot read ${path}: ${reason}`, error);
}

function has(numbers: readonly number[]): string {
  if (numbers.length === 0) return ", which has none";
  return numbers.length === 1
    ? `, which has ${numbers[0]}`
    : `, which has ${numbers.length} from ${numbers[0]} to ${numbers.at(-1)}`;
}
