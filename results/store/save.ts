import { join } from "node:path";
import { describeError } from "../../internal/mod.ts";
import { RecordError } from "../errors.ts";
import type { RunRecord } from "../record.ts";
import { folderName, RECORD_FILE, runNumbers, SAVING } from "./folder.ts";

/** What a crash left behind is removed after this long. */
const STALE_MS = 3_600_000;
/** Runs that end at the same moment want the same number: each try is one that another one got. */
const MAX_TRIES = 1000;

/** Where a run was kept. */
export interface SavedRun {
  /** Counted up from 1. */
  readonly number: number;
  /** Its folder. */
  readonly path: string;
}

/** How runs are kept. */
export interface SaveOptions {
  /** Most runs in the folder: older ones are removed. 0 keeps all. Default: 50. */
  readonly keep?: number;
}

/**
 * Keeps a run under the next number. Its folder appears whole or not at all: it is written under
 * another name, and takes a number that nobody has by being renamed, which one of several wins.
 *
 * @throws {RecordError} `record_unwritable`
 */
export async function saveRun(
  folder: string,
  record: RunRecord,
  { keep = 50 }: SaveOptions = {},
): Promise<SavedRun> {
  const temporary = join(folder, `${SAVING}${crypto.randomUUID()}`);
  try {
    await makeFolder(folder);
    await Deno.mkdir(temporary);
    await writeSynced(join(temporary, RECORD_FILE), JSON.stringify(record));
    const saved = await takeNumber(folder, temporary);
    await prune(folder, saved.number, keep);
    return saved;
  } catch (error) {
    await Deno.remove(temporary, { recursive: true }).catch(() => {});
    throw new RecordError(
      "record_unwritable",
      `cannot keep the run in ${folder}: ${describeError(error)}`,
      error,
    );
  }
}

/** Makes the folder, which nobody wants in version control. */
async function makeFolder(folder: string): Promise<void> {
  const isThere = await Deno.stat(folder).then(({ isDirectory }) => isDirectory, () => false);
  if (isThere) return;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(join(folder, ".gitignore"), "*\n");
}

/** After a loss of power there is the whole file under its name, or none. */
async function writeSynced(path: string, text: string): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true });
  let bytes = new TextEncoder().encode(text);
  while (bytes.length > 0) bytes = bytes.subarray(await file.write(bytes));
  await file.sync();
}

async function takeNumber(folder: string, temporary: string): Promise<SavedRun> {
  const last = (await runNumbers(folder)).at(-1) ?? 0;
  for (let number = last + 1; number <= last + MAX_TRIES; number++) {
    const path = join(folder, folderName(number));
    try {
      // Onto a folder that is not empty it fails.
      await Deno.rename(temporary, path);
      return { number, path };
    } catch (error) {
      const isTaken = await Deno.stat(path).then(() => true, () => false);
      if (!isTaken) throw error;
    }
  }
  throw new Error(`the numbers from ${last + 1} to ${last + MAX_TRIES} are taken`);
}

/** Removes the oldest runs, and what crashes left. That it can't be done is no reason to fail. */
async function prune(folder: string, newest: number, keep: number): Promise<void> {
  const remove = (name: string) =>
    Deno.remove(join(folder, name), { recursive: true }).catch(() => {});
  if (keep > 0) {
    const numbers = (await runNumbers(folder)).filter((number) => number <= newest);
    for (const number of numbers.slice(0, -keep)) await remove(folderName(number));
  }
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.startsWith(SAVING)) continue;
    const modified = (await Deno.stat(join(folder, name)).catch(() => null))?.mtime;
    if (modified != null && Date.now() - modified.getTime() > STALE_MS) await remove(name);
  }
}
