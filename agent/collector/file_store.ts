import { describeError } from "../../internal/mod.ts";
import { HttpError } from "../api/errors.ts";
import { LineSplitter } from "../binary/lines.ts";
import { isJobName } from "../job_name.ts";
import type { ResultLine } from "../result.ts";
import { writeAll } from "../store/durable.ts";
import { readBatchKey } from "./batch_keys.ts";
import type { JobLog, Pushed, Replay, ResultStore } from "./store.ts";

/** Bounds of what is kept in files. */
export interface FileLimits {
  /** Most bytes of the results of one run of a job. */
  readonly maxJobBytes: number;
  /** Most jobs. */
  readonly maxJobs: number;
}

const RESULTS = "results";
const BATCHES = "batches";
const READ_BYTES = 256 * 1024;
const MAX_LINE_BYTES = 16 * 1024 * 1024;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Keeps results in files: for each job a folder with `results.ndjson`, a result a line, and
 * `batches.log`, a line for each batch that is whole there: where it ends, results that were
 * rejected, its key. What a crash leaves half written is in no line of the latter, and is cut off.
 * Runs before the last are `results-1.ndjson` and so on.
 */
export function fileStore(folder: string, limits: FileLimits): ResultStore {
  const list = async () => {
    try {
      const entries = await Array.fromAsync(Deno.readDir(folder));
      return entries.filter(({ name, isDirectory }) => isDirectory && isJobName(name))
        .map(({ name }) => name).sort();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  };
  return {
    list,
    async open(job, create, replay) {
      const path = `${folder}/${job}`;
      const known = await infoOf(path);
      if (known === null) {
        if (!create) return null;
        if ((await list()).length >= limits.maxJobs) {
          throw new HttpError(507, `there are ${limits.maxJobs} jobs: remove some from ${folder}`);
        }
        await Deno.mkdir(path, { recursive: true, mode: 0o700 }).catch(noRoom);
      } else if (!known.isDirectory) throw new HttpError(507, `${path} is no folder`);
      const log = new FileLog(path, limits.maxJobBytes);
      await log.open(replay).catch(noRoom);
      return log;
    },
  };
}

/** The two files of a job's run. */
class FileLog implements JobLog {
  readonly #folder: string;
  readonly #maxBytes: number;
  #results: Deno.FsFile | null = null;
  #batches: Deno.FsFile | null = null;
  /** Where they end. */
  #end = 0;
  #batchesEnd = 0;

  constructor(folder: string, maxBytes: number) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  /** Opens the files, and tells what is in them; it is closed again when that fails. */
  async open(replay: Replay): Promise<void> {
    try {
      await this.#read(replay);
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #read(replay: Replay): Promise<void> {
    const results = this.#results = await openFile(`${this.#folder}/${RESULTS}.ndjson`);
    const batches = this.#batches = await openFile(`${this.#folder}/${BATCHES}.log`);
    const { size } = await results.stat();
    await eachLine(batches, (line) => {
      const [end, rejected, key] = line.split(" ");
      // What the disk lost in a power cut was never whole.
      if (Number(end) > size) return false;
      replay.batch(readBatchKey(key ?? null), Number(rejected));
      this.#end = Number(end);
      this.#batchesEnd += encoder.encode(line).length + 1;
      return true;
    });
    await this.#cut();
    await results.seek(0, Deno.SeekMode.Start);
    await eachLine(results, (line) => {
      replay.result(JSON.parse(line) as ResultLine);
      return true;
    });
  }

  async append({ key, results, rejected }: Pushed): Promise<void> {
    const text = results.map((result) => `${JSON.stringify(result)}\n`).join("");
    const bytes = encoder.encode(text);
    const end = this.#end + bytes.length;
    if (end > this.#maxBytes) {
      throw new HttpError(507, `the job has its ${this.#maxBytes} bytes of results`);
    }
    const name = key === null ? "-" : `${key.pusher}:${key.sequence}`;
    const line = encoder.encode(`${end} ${rejected} ${name}\n`);
    try {
      await writeAll(this.#results!, bytes);
      await writeAll(this.#batches!, line);
    } catch (error) {
      await this.#cut();
      return noRoom(error);
    }
    this.#end = end;
    this.#batchesEnd += line.length;
  }

  async startRun(): Promise<void> {
    if (this.#batchesEnd === 0) return;
    let run = 1;
    while (await infoOf(`${this.#folder}/${RESULTS}-${run}.ndjson`) !== null) run++;
    await this[Symbol.asyncDispose]();
    // Without its batches, what is left under the name of the results would be cut off.
    await Deno.rename(
      `${this.#folder}/${RESULTS}.ndjson`,
      `${this.#folder}/${RESULTS}-${run}.ndjson`,
    );
    await Deno.rename(`${this.#folder}/${BATCHES}.log`, `${this.#folder}/${BATCHES}-${run}.log`);
    this.#end = this.#batchesEnd = 0;
    await this.open({ batch: () => {}, result: () => {} });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#results?.close();
    this.#batches?.close();
    this.#results = this.#batches = null;
    return Promise.resolve();
  }

  /** Cuts off what is no whole batch, and goes to the end. */
  async #cut(): Promise<void> {
    for (
      const [file, end] of [[this.#results!, this.#end], [
        this.#batches!,
        this.#batchesEnd,
      ]] as const
    ) {
      await file.truncate(end);
      await file.seek(end, Deno.SeekMode.Start);
    }
  }
}

async function infoOf(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Opens a file of ours; never what a link leads to. */
async function openFile(path: string): Promise<Deno.FsFile> {
  const info = await infoOf(path);
  if (info !== null && !info.isFile) throw new Error(`${path} is no file`);
  return await Deno.open(path, {
    read: true,
    write: true,
    ...(info === null ? { createNew: true, mode: 0o600 } : {}),
  });
}

/** Calls `take` with each whole line, until it is false. */
async function eachLine(file: Deno.FsFile, take: (line: string) => boolean): Promise<void> {
  let going = true;
  const splitter = new LineSplitter(MAX_LINE_BYTES, (line) => {
    going = going && line !== null && take(decoder.decode(line));
  });
  while (going) {
    const buffer = new Uint8Array(READ_BYTES);
    const length = await file.read(buffer);
    if (length === null) return;
    splitter.push(buffer.subarray(0, length));
  }
}

function noRoom(error: unknown): never {
  if (error instanceof HttpError) throw error;
  throw new HttpError(507, `the results can't be kept: ${describeError(error)}`, {
    "retry-after": "1",
  }, error);
}
