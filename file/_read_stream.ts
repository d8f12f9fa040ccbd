import { FileError } from "./errors.ts";
import { Lazily, type OpenList } from "./_lazily.ts";
import type { ByteSource } from "./_sources.ts";

/** What a reader without a buffer of its own gets at once; files that are smaller take less. */
const MAX_CHUNK_BYTES = 64 * 1024;
const MIN_CHUNK_BYTES = 1024;

/**
 * A byte stream of what `open` gives, called by the first read. It holds nothing before and after.
 *
 * @param size about how many bytes there are
 * @param siblings the other open streams of the handle
 */
export function readStream(
  open: () => Promise<ByteSource>,
  path: string,
  size: number,
  siblings: OpenList,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let controller!: ReadableByteStreamController;
  const source = new Lazily(open, siblings, () => {
    controller.error(new FileError("file_closed", "read", path, "it was closed while being read"));
  });
  return new ReadableStream({
    type: "bytes",
    autoAllocateChunkSize: Math.min(MAX_CHUNK_BYTES, Math.max(MIN_CHUNK_BYTES, size)),
    start(given) {
      controller = given;
    },
    async pull() {
      try {
        // There always is one, since chunks are allocated for readers without a buffer.
        const request = controller.byobRequest!;
        const view = request.view as Uint8Array;
        const { bytes, last } = await (await source.get()).read(view);
        if (source.ended) return;
        if (bytes > 0) request.respond(bytes);
        if (!last) return;
        controller.close();
        controller.byobRequest?.respond(0);
        await source.end();
      } catch (error) {
        // What was closed meanwhile has failed already.
        if (source.ended) return;
        await source.end();
        throw error;
      }
    },
    cancel: () => source.end(),
  });
}
