import { beginToRead } from "../spent_streams.ts";
import { type Chunks, collect, one } from "./_chunks.ts";
import { Pump } from "./_pump.ts";
import { compressor, loadZlib, type ZlibModule } from "./_zlib.ts";
import { type Coding, requestCodings } from "./codings.ts";

/**
 * Applies codings to a whole body, the first one first, as `Content-Encoding` lists them.
 *
 * @param codings for example `gzip` or `gzip, br`
 * @throws {OptionError} for a coding that isn't known, or more than five
 */
export async function encodeBytes(bytes: Uint8Array, codings: string): Promise<Uint8Array> {
  return await collect(encodeStream(one(bytes), codings));
}

/**
 * Applies codings to a body while it is sent, no faster than the result is taken. What `body`
 * fails with passes as it is; ending the result early ends `body`.
 *
 * @param codings for example `gzip` or `gzip, br`
 * @throws {OptionError} at once, for a coding that isn't known, or more than five
 */
export function encodeStream(
  body: AsyncIterable<Uint8Array>,
  codings: string,
): AsyncIterable<Uint8Array> {
  const chain = requestCodings(codings);
  return chain.length === 0 ? body : encodeChunks(body, chain);
}

async function* encodeChunks(
  body: Chunks,
  chain: readonly Coding[],
): AsyncGenerator<Uint8Array> {
  beginToRead(body);
  const zlib = await loadZlib();
  yield* chain.reduce((source, coding) => apply(zlib, coding, source), body);
}

async function* apply(zlib: ZlibModule, coding: Coding, source: Chunks): AsyncGenerator<
  Uint8Array
> {
  const pump = new Pump(compressor(zlib, coding));
  try {
    for await (const chunk of source) yield* pump.put(chunk);
    yield* pump.end();
  } finally {
    pump.close();
  }
}
