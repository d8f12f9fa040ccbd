import { OptionError } from "../internal/mod.ts";
import { FileError, fileError } from "./errors.ts";
import { Lazily, type OpenList } from "./_lazily.ts";

/**
 * A stream into the file that `open` gives, called by the first write, or at the end when there was
 * none: an empty download is an empty file.
 *
 * @param siblings the other open streams of the handle
 */
export function writeStream(
  open: () => Promise<Deno.FsFile>,
  path: string,
  siblings: OpenList,
): WritableStream<Uint8Array> {
  let controller!: WritableStreamDefaultController;
  const file = new Lazily(open, siblings, () => {
    const reason = "it was closed while being written";
    controller.error(new FileError("file_closed", "write", path, reason));
  });
  return new WritableStream({
    start(given) {
      controller = given;
    },
    async write(chunk) {
      try {
        if (!(chunk instanceof Uint8Array)) throw notBytes(chunk);
        await writeAll(await file.get(), chunk);
      } catch (cause) {
        if (file.ended) return;
        await file.end();
        throw cause instanceof OptionError ? cause : fileError(cause, "write", path, "write");
      }
    },
    async close() {
      try {
        await file.get();
      } finally {
        await file.end();
      }
    },
    abort: () => file.end(),
  });
}

async function writeAll(file: Deno.FsFile, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length;) at += await file.write(chunk.subarray(at));
}

function notBytes(chunk: unknown): OptionError {
  const got = chunk === null ? "null" : typeof chunk;
  return new OptionError("chunk", `a file is written in chunks of Uint8Array: got ${got}`);
}
