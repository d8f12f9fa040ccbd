import type { OpenStream } from "./_lazily.ts";
import { readStream } from "./_read_stream.ts";
import { SHARED_BYTES } from "./_shared_bytes.ts";
import { type ByteSource, fileSource, memorySource } from "./_sources.ts";
import { writeStream } from "./_write_stream.ts";
import { FileError, fileError, type FilePhase } from "./errors.ts";

/** What a file is opened for. */
export type FileMode = "read" | "write" | "append";

/** Above this, a whole file in one array is more likely a mistake than a wish. */
const MAX_BYTES = 2 ** 31 - 1;

/**
 * A file, made by `open`. It holds no descriptor of its own: each stream opens the file when it is
 * used and closes it at its end, and the runner closes what an iteration left open.
 */
export class FileHandle {
  /** The file, as it is looked for. */
  readonly path: string;
  /** What it was opened for. */
  readonly mode: FileMode;
  /** Bytes that it had when it was opened. */
  readonly size: number;
  readonly #streams = new Set<OpenStream>();
  #closed = false;

  /** Made by `open`. */
  constructor(path: string, mode: FileMode, size: number) {
    this.path = path;
    this.mode = mode;
    this.size = size;
  }

  /**
   * A new stream of the file's bytes, from the start: ask for one each time. Readers may bring their
   * own buffer. Files up to 64 MiB come from memory, see `bytes`.
   *
   * @throws {FileError} `file_mode`, `file_closed`; the stream fails with what opening and reading fail with
   */
  get readable(): ReadableStream<Uint8Array<ArrayBuffer>> {
    this.#check("read");
    return readStream(() => this.#source(), this.path, this.size, this.#streams);
  }

  /**
   * A new stream into the file: in mode `write` its first use empties the file, in mode `append` it
   * writes behind what is there.
   *
   * @throws {FileError} `file_mode`, `file_closed`; the stream fails with what writing fails with
   */
  get writable(): WritableStream<Uint8Array> {
    this.#check("write");
    const opened = async () => {
      this.#check("write");
      return await this.#openToWrite(true);
    };
    return writeStream(opened, this.path, this.#streams);
  }

  /**
   * All bytes, as they are now. Up to 64 MiB they are one array for all virtual users of the process,
   * 256 MiB of files together, read again when the file has changed: don't write to it, but to a
   * `slice()` of it.
   *
   * @throws {FileError} `file_failed` from 2 GiB on, and what opening and reading fail with
   */
  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    this.#check("read");
    const info = await this.#stat();
    const shared = this.#shared(info);
    if (shared !== null) return await shared;
    if (info.size <= MAX_BYTES) return await this.#readAll();
    const reason = `${info.size} bytes are too many for memory, use readable`;
    throw new FileError("file_failed", "read", this.path, reason);
  }

  /** All of it as text, UTF-8. */
  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes());
  }

  /**
   * What it holds as JSON.
   *
   * @throws {FileError} `file_failed` when it is not JSON
   */
  async json(): Promise<unknown> {
    const text = await this.text();
    try {
      return JSON.parse(text);
    } catch (cause) {
      const start = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
      const reason = `it is not JSON: ${start}`;
      throw new FileError("file_failed", "read", this.path, reason, cause);
    }
  }

  /** What the system knows of the file now: size, times, kind. */
  async stat(): Promise<Deno.FileInfo> {
    this.#check(this.mode === "read" ? "read" : "write");
    if (this.mode === "read") return await this.#stat();
    using file = await this.#openToWrite(false);
    return await file.stat();
  }

  /** Ends the handle and fails the streams of it that are in use. Safe to call again. */
  close(): void {
    this.#closed = true;
    for (const stream of [...this.#streams]) stream.close();
  }

  /** As `close`; resolves when nothing of it is open any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    const streams = [...this.#streams];
    this.close();
    await Promise.all(streams.map((stream) => stream.closed));
  }

  #check(phase: FilePhase): void {
    if (this.#closed) {
      throw new FileError("file_closed", phase, this.path, "its handle was closed");
    }
    if ((phase === "read") === (this.mode === "read")) return;
    const wanted = phase === "read" ? `"read"` : `"write" or "append"`;
    const reason = `it was opened with mode "${this.mode}", not ${wanted}`;
    throw new FileError("file_mode", phase, this.path, reason);
  }

  /** Called by a stream's first use: the handle may have been closed since the stream was made. */
  async #source(): Promise<ByteSource> {
    this.#check("read");
    const shared = this.#shared(await this.#stat());
    if (shared !== null) return memorySource(await shared, this.path);
    try {
      return fileSource(await Deno.open(this.path), this.path);
    } catch (cause) {
      throw fileError(cause, "open", this.path, "read");
    }
  }

  /** Its bytes from the memory that all share; null when it is too large for that. */
  #shared({ size, dev, ino, mtime }: Deno.FileInfo): Promise<Uint8Array<ArrayBuffer>> | null {
    if (!SHARED_BYTES.takes(size)) return null;
    const stamp = `${dev}:${ino}:${mtime?.getTime()}:${size}`;
    return SHARED_BYTES.get(this.path, { stamp, size }, () => this.#readAll());
  }

  async #stat(): Promise<Deno.FileInfo> {
    try {
      return await Deno.stat(this.path);
    } catch (cause) {
      throw fileError(cause, "read", this.path, "read");
    }
  }

  async #readAll(): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return await Deno.readFile(this.path);
    } catch (cause) {
      throw fileError(cause, "read", this.path, "read");
    }
  }

  async #openToWrite(truncate: boolean): Promise<Deno.FsFile> {
    const options = this.mode === "append" ? { append: true } : { write: true, truncate };
    try {
      return await Deno.open(this.path, { ...options, create: true });
    } catch (cause) {
      throw fileError(cause, "open", this.path, "write");
    }
  }
}
