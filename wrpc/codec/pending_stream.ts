import { malformed } from "./_malformed.ts";
import type { ChannelReader, IndexPath } from "./async_host.ts";
import type { Decode } from "./decode_primitive.ts";
import { readUnsigned } from "./leb128.ts";
import { Source } from "./source.ts";
import type { NextChunk } from "./wit_stream.ts";

/** Most elements that are handed over together. */
const MAX_TOGETHER = 1024;

/** Reads a pending `stream<u8>`: bytes are handed over as they come, without waiting for a chunk's end. */
export function byteChunks(
  { host, limits }: Source,
  reader: ChannelReader,
  path: IndexPath,
): NextChunk<number> {
  const source = new Source(limits, host, path);
  let left = 0;
  return async () => {
    for (;;) {
      source.begin();
      if (left > 0) {
        const bytes = source.available(left);
        left -= bytes.length;
        if (bytes.length > 0) return bytes;
        source.short = true;
      } else {
        left = readUnsigned(source, 32);
        if (!source.short && left === 0) return ended(source, reader, path);
      }
      if (source.short) await more(source, reader, path);
    }
  };
}

/** Reads a pending stream of anything else. */
export function elementChunks(
  { host, limits }: Source,
  reader: ChannelReader,
  path: IndexPath,
  decode: Decode | null,
  pending: boolean,
): NextChunk<unknown> {
  const source = new Source(limits, host, path);
  let left = 0;
  let count = 0;
  let untimed = 0;
  return async () => {
    for (;;) {
      // Elements of no bytes cost the peer nothing: billions may be here, and timers have to run.
      if (decode === null && count - untimed >= MAX_TOGETHER) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        untimed = count;
      }
      if (source.short) await more(source, reader, path);
      if (left === 0) {
        source.begin();
        left = readUnsigned(source, 32);
        if (source.short) continue;
        if (left === 0) return ended(source, reader, path);
      }
      const items: unknown[] = [];
      while (left > 0 && items.length < MAX_TOGETHER) {
        if (source.saved.length === 0) source.begin();
        if (pending) source.path.push(count);
        const item = decode?.(source);
        if (pending) source.path.pop();
        if (source.short) break;
        items.push(item);
        left--;
        count++;
      }
      if (items.length > 0) return items;
    }
  };
}

async function more(source: Source, reader: ChannelReader, path: IndexPath): Promise<void> {
  const chunk = await reader.read();
  if (chunk === null) {
    throw malformed("truncated", `the stream at [${path}] has no end: an empty list ends it`);
  }
  source.push(chunk);
}

function ended(source: Source, reader: ChannelReader, path: IndexPath): null {
  reader.end();
  const { rest } = source;
  // Go's writer of byte streams ends them twice.
  if (rest.length === 0 || (rest.length === 1 && rest[0] === 0)) return null;
  throw malformed("data_after_end", `${rest.length} bytes after the stream at [${path}]`);
}
