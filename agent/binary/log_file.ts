import { AgentError } from "../errors.ts";
import { writeAll } from "../store/durable.ts";

/** What a log is written to: of `Deno.FsFile`. */
export interface LogSink {
  /** Writes some of the bytes; how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Ends it. */
  close(): void;
}

/** A log with a size that it doesn't pass. */
export interface LogFile {
  /** Bytes that weren't kept. */
  readonly lost: number;
  /**
   * Appends what there is room for.
   *
   * @throws {AgentError} `log_failed`, for example as the disk is full
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Says in the log how much is not in it, and ends it. */
  close(): Promise<void>;
}

/**
 * Makes the folder of a job's logs, for the agent's user alone.
 *
 * @throws {AgentError} `log_failed`; also when something else than a folder stands there, a link
 *   for example
 */
export async function makeLogFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true, mode: 0o700 });
    const { isDirectory } = await Deno.lstat(path);
    if (!isDirectory) throw new Error("it is no folder");
  } catch (error) {
    throw failed(path, error);
  }
}

/**
 * Begins a log anew. What stands there is removed, never written to: it may be a link.
 *
 * @param mostBytes what is kept
 * @throws {AgentError} `log_failed`
 */
export async function openLog(path: string, mostBytes: number): Promise<LogFile> {
  try {
    await Deno.remove(path).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
    const file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
    return createLog(file, path, mostBytes);
  } catch (error) {
    throw failed(path, error);
  }
}

/** A log into a sink. @param path for errors */
export function createLog(sink: LogSink, path: string, mostBytes: number): LogFile {
  let room = mostBytes;
  let lost = 0;
  return {
    get lost() {
      return lost;
    },
    async write(bytes) {
      const kept = Math.min(room, bytes.length);
      lost += bytes.length - kept;
      if (kept === 0) return;
      room -= kept;
      try {
        await writeAll(sink, bytes.subarray(0, kept));
      } catch (error) {
        throw failed(path, error);
      }
    },
    async close() {
      const note = `\n[${lost} bytes more are not kept: the log's limit is ${mostBytes}]\n`;
      if (lost > 0) await writeAll(sink, new TextEncoder().encode(note)).catch(() => {});
      sink.close();
    },
  };
}

function failed(path: string, cause: unknown): AgentError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AgentError("log_failed", `can't write the log ${path}: ${reason}`, {
    phase: "log",
    cause,
  });
}
