import { joined } from "../joined.ts";

/** Bytes as they come. */
export type Chunks = AsyncIterable<Uint8Array>;

/** All bytes in one piece. */
export async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Joins all chunks. */
export async function collect(chunks: Chunks): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    size += chunk.length;
  }
  return joined(parts, size);
}
