import { describeError } from "../internal/mod.ts";
import { SendError } from "../runner/mod.ts";

/** A file that payloads are appended to. */
export interface FileSink {
  /** Makes or empties the file. Rejects when it can't be. */
  open(): Promise<void>;
  /** Appends; rejects with a `SendError` that asks for no other try. */
  write(payload: Uint8Array): Promise<void>;
  /** Writes what is held back, and closes. */
  close(): Promise<void>;
}

/** The file of a path; `-` or nothing is standard output, `.gz` at the end packs it (RFC 1952). */
export function fileSink(path: string): FileSink {
  if (isStdout(path)) return stdoutSink();
  return path.endsWith(".gz") ? gzipSink(path) : plainSink(path);
}

/** Whether a path means standard output, as with k6. */
export function isStdout(path: string): boolean {
  return path === "" || path === "-";
}

function plainSink(path: string): FileSink {
  let file: Deno.FsFile | null = null;
  let position = 0;
  return {
    async open() {
      file = await openNew(path);
    },
    async write(payload) {
      const opened = file!;
      try {
        await writeAll(opened, payload);
        position += payload.length;
      } catch (error) {
        // Half a line would spoil the next one. Devices and pipes can't take it back.
        await opened.truncate(position)
          .then(() => opened.seek(position, Deno.SeekMode.Start))
          .catch(() => {});
        throw refused(path, error);
      }
    },
    close: () => Promise.resolve(file?.close()),
  };
}

function gzipSink(path: string): FileSink {
  let writer: WritableStreamDefaultWriter<BufferSource> | null = null;
  let written: Promise<void> = Promise.resolve();
  // The packer only knows that it was cut off.
  let reason: unknown;
  return {
    async open() {
      const file = await openNew(path);
      const packer = new CompressionStream("gzip");
      written = packer.readable.pipeTo(file.writable);
      written.catch((error) => void (reason = error));
      writer = packer.writable.getWriter();
      writer.closed.catch(() => {});
    },
    async write(payload) {
      try {
        await writer!.write(payload as Uint8Array<ArrayBuffer>);
      } catch (error) {
        throw refused(path, reason ?? error);
      }
    },
    async close() {
      if (writer === null) return;
      try {
        await writer.close();
        await written;
      } catch (error) {
        await written.catch(() => {});
        throw refused(path, reason ?? error);
      }
    },
  };
}

function stdoutSink(): FileSink {
  return {
    open: () => Promise.resolve(),
    write: (payload) =>
      writeAll(Deno.stdout, payload).catch((error) => {
        throw refused("standard output", error);
      }),
    close: () => Promise.resolve(),
  };
}

async function openNew(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { write: true, create: true, truncate: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new Error("its folder does not exist");
    if (error instanceof Deno.errors.PermissionDenied) throw new Error("permission denied");
    if (error instanceof Deno.errors.NotCapable) {
      throw new Error(`this process may not write there (deno run --allow-write=${path})`);
    }
    throw error;
  }
}

async function writeAll(
  to: { write(bytes: Uint8Array): Promise<number> },
  bytes: Uint8Array,
): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
}

function refused(path: string, error: unknown): SendError {
  return new SendError(`can't write ${path}: ${describeError(error)}`, {
    retry: false,
    cause: error,
  });
}
