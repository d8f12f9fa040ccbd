import { beginToRead } from "./spent_streams.ts";

const CHUNK_BYTES = 256 * 1024;

/**
 * The bytes of a stream, a chunk at a time, all in one buffer where the stream takes one (a byte
 * stream, as of a file): each chunk is valid until the next is asked for. So an upload of any size
 * allocates once. A stream that is spent is refused when the first chunk is asked for.
 */
export function reusedChunks(stream: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return {
    async *[Symbol.asyncIterator]() {
      beginToRead(stream);
      const reader = stream instanceof ReadableStream ? byobReader(stream) : null;
      if (reader === null) return yield* stream;
      let done = false;
      try {
        let buffer = new Uint8Array(CHUNK_BYTES);
        for (;;) {
          const result = await reader.read(buffer);
          if (result.done || result.value === undefined) {
            done = true;
            return;
          }
          yield result.value;
          buffer = new Uint8Array(result.value.buffer);
        }
      } finally {
        if (!done) await reader.cancel().catch(() => {});
        reader.releaseLock();
      }
    },
  };
}

/** Null for a stream that gives chunks of its own. */
function byobReader(stream: ReadableStream): ReadableStreamBYOBReader | null {
  try {
    return stream.getReader({ mode: "byob" });
  } catch {
    return null;
  }
}
