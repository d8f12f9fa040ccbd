import { crc32 } from "node:zlib";
import { syncFolder, writeAll, writeError } from "./durable.ts";

/** A log of records that survive whatever was told to have been written. */
export interface Journal<T> {
  /**
   * Writes a record; resolves once it is on the disk. Records that come while others are being
   * written share one `fdatasync`. Nothing is kept of one that can't be written.
   *
   * @param apply called when it is on the disk, in the order of the records
   * @throws {AgentError} `disk_full`, `store_write_failed`
   */
  append(record: T, apply: () => void): Promise<void>;
  /** Waits for what is being written. */
  close(): Promise<void>;
}

interface Entry<T> {
  readonly record: T;
  readonly apply: () => void;
  readonly settled: PromiseWithResolvers<void>;
}

/** Records after which the log is rewritten, if few of them still count. */
const REWRITE_AFTER = 20_000;
/** Bytes of one write of a rewrite, about. */
const CHUNK_CHARS = 1 << 20;

const encoder = new TextEncoder();

/**
 * What a log holds, oldest first; nothing when there is none. A last record without its end was
 * being written when the agent died and was never answered for; any other that is broken is damage.
 */
export async function readJournal(
  path: string,
): Promise<{ records: unknown[]; damaged: number }> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { records: [], damaged: 0 };
    throw error;
  }
  const lines = text.split("\n");
  lines.pop(); // without its end, or nothing
  const found = lines.map(readLine);
  // What was never synced may be broken in any of its lines, up to the end.
  while (found.length > 0 && found[found.length - 1] === null) found.pop();
  const records = found.flatMap((each) => each === null ? [] : [each.record]);
  return { records, damaged: found.length - records.length };
}

function readLine(line: string): { record: unknown } | null {
  const json = line.slice(9);
  if (line[8] !== " " || line.slice(0, 8) !== checksum(json)) return null;
  try {
    return { record: JSON.parse(json) };
  } catch {
    return null;
  }
}

function writeLine(record: unknown): string {
  const json = JSON.stringify(record);
  return `${checksum(json)} ${json}\n`;
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, "0");
}

/**
 * Begins a log with what `snapshot` gives, in place of what was there. It is rewritten from it when
 * it has grown, and after it could not be written.
 *
 * @param snapshot all that counts, as far as it was applied
 * @param sync makes the names in a folder survive a loss of power
 */
export async function openJournal<T>(
  path: string,
  snapshot: () => Iterable<T>,
  sync: (folder: string) => Promise<void> = syncFolder,
): Promise<Journal<T>> {
  let pending: Entry<T>[] = [];
  let pump: Promise<void> | null = null;
  let length = 0;
  let appended = 0;
  let rewriteAt = REWRITE_AFTER;
  /** Null when no log is known to last: the next write begins a new one. */
  let file: Deno.FsFile | null = null;
  await rewrite();

  /** Writes a new log beside the old one, then puts it in its place. */
  async function rewrite(): Promise<Deno.FsFile> {
    const beside = `${path}.new`;
    await Deno.remove(beside).catch(() => {});
    const next = await Deno.open(beside, { write: true, createNew: true, mode: 0o600 });
    try {
      let count = 0;
      let bytes = 0;
      for (const text of chunks(snapshot(), () => count++)) {
        const chunk = encoder.encode(text);
        await writeAll(next, chunk);
        bytes += chunk.length;
      }
      await next.sync();
      await Deno.rename(beside, path);
      // The old one is gone, and the new one may not outlast a loss of power yet.
      file?.close();
      file = null;
      await sync(path.slice(0, path.lastIndexOf("/")));
      [length, appended, rewriteAt] = [bytes, 0, REWRITE_AFTER + count];
      return file = next;
    } catch (error) {
      next.close();
      await Deno.remove(beside).catch(() => {});
      throw error;
    }
  }

  async function ready(): Promise<Deno.FsFile> {
    if (file !== null && appended < rewriteAt) return file;
    try {
      return await rewrite();
    } catch (error) {
      if (file === null) throw error;
      rewriteAt = appended + REWRITE_AFTER; // the old one is whole: go on with it
      return file;
    }
  }

  async function write(batch: readonly Entry<T>[]): Promise<void> {
    const into = await ready();
    const bytes = encoder.encode(batch.map(({ record }) => writeLine(record)).join(""));
    try {
      await writeAll(into, bytes);
      await into.syncData();
    } catch (error) {
      // What is behind `length` is in no known state: the next write begins a new log.
      await into.truncate(length).catch(() => {});
      into.close();
      file = null;
      throw error;
    }
    length += bytes.length;
    appended += batch.length;
  }

  async function writePending(): Promise<void> {
    while (pending.length > 0) {
      const batch = pending;
      pending = [];
      try {
        await write(batch);
      } catch (cause) {
        const error = writeError("the journal", cause);
        for (const { settled } of batch) settled.reject(error);
        continue;
      }
      for (const { apply, settled } of batch) {
        apply();
        settled.resolve();
      }
    }
    pump = null;
  }

  return {
    append(record, apply) {
      const settled = Promise.withResolvers<void>();
      pending.push({ record, apply, settled });
      pump ??= writePending();
      return settled.promise;
    },
    async close() {
      await pump;
      file?.close();
      file = null;
    },
  };
}

function* chunks(records: Iterable<unknown>, counted: () => void): Generator<string> {
  let text = "";
  // Taken at once: what is applied while this is written comes in records of its own.
  for (const record of [...records]) {
    text += writeLine(record);
    counted();
    if (text.length >= CHUNK_CHARS) {
      yield text;
      text = "";
    }
  }
  if (text !== "") yield text;
}
