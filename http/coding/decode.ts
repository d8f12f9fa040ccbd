import { HttpError } from "../errors.ts";
import { type Chunks, collect, one } from "./_chunks.ts";
import { corrupt, formatOf, trailing, undo } from "./_stage.ts";
import { loadZlib, type ZlibModule, zstdOptions } from "./_zlib.ts";
import { type Coding, responseCodings } from "./codings.ts";
import { ZstdFrames } from "./zstd_frames.ts";

/** Bodies up to this many coded bytes are decoded in one call, which takes well under 1 ms … */
const SMALL_CODED = 64 * 1024;
/** … unless they decode to more than this many. */
const SMALL_DECODED = 256 * 1024;

/**
 * Undoes the codings of a whole body, the last one first. Without any, or when it is empty, the
 * body is returned as it is.
 *
 * Bytes behind the end of the coded data are an error; several gzip members or zstd frames in a
 * row are one body. `deflate` may be raw, as browsers allow.
 *
 * @param codings the value of `Content-Encoding`
 * @param limit most bytes to decode to; more are refused before they take memory
 * @throws {HttpError} `decode_failed` for a coding that isn't known, more than five, and data that
 * is corrupt or cut off; `response_too_large` over `limit`
 */
export async function decodeBytes(
  bytes: Uint8Array,
  codings: string,
  limit: number,
): Promise<Uint8Array> {
  const chain = responseCodings(codings);
  if (bytes.length === 0 || chain.length === 0) {
    if (bytes.length > limit) throw tooLarge(limit);
    return bytes;
  }
  const zlib = await loadZlib();
  if (chain.length === 1 && bytes.length <= SMALL_CODED) {
    const decoded = decodeSmall(zlib, chain[0]!, bytes, limit);
    if (decoded !== null) return decoded;
  }
  return await collect(decodeChunks(zlib, one(bytes), chain, limit));
}

/**
 * Undoes the codings of a body while it comes, no faster than it is read. Cancelling the result
 * cancels `body`; what `body` fails with passes as it is.
 *
 * @param codings the value of `Content-Encoding`
 * @param limit most bytes to decode to
 * @throws {HttpError} `decode_failed` for a coding that isn't known or more than five; the stream
 * fails as {@linkcode decodeBytes} does
 */
export function decodeStream(
  body: ReadableStream<Uint8Array>,
  codings: string,
  limit: number,
): ReadableStream<Uint8Array> {
  const chain = responseCodings(codings);
  const reader = body.getReader();
  let output: AsyncGenerator<Uint8Array> | undefined;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        output ??= decodeChunks(await loadZlib(), read(reader), chain, limit);
        const { value, done } = await output.next();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        // A body that can't be decoded isn't wanted any more.
        await reader.cancel(error).catch(() => {});
        throw error;
      }
    },
    async cancel(reason) {
      // Ends a read that is pending, which the generator could not be ended in.
      await reader.cancel(reason);
      await output?.return(undefined);
    },
  }, { highWaterMark: 0 });
}

/**
 * One call for what is small, which is twice as fast; null when it is not that simple after all.
 * Brotli isn't: its one-shot call in `node:zlib` hides errors.
 */
function decodeSmall(
  zlib: ZlibModule,
  coding: Coding,
  bytes: Uint8Array,
  limit: number,
): Uint8Array | null {
  if (coding === "br" || (coding === "zstd" && !isOneFrame(bytes))) return null;
  // Zero would mean no limit.
  const maxOutputLength = Math.max(1, Math.min(limit, SMALL_DECODED));
  try {
    const { buffer, engine } = oneShot(zlib, coding, bytes, maxOutputLength);
    if (engine.bytesWritten < bytes.length) throw trailing(coding);
    if (buffer.length > limit) throw tooLarge(limit);
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  } catch (error) {
    if (error instanceof HttpError) throw error;
    if (!isTooLarge(error)) throw corrupt(coding, error);
    if (limit > SMALL_DECODED) return null;
    throw tooLarge(limit);
  }
}

/** What `node:zlib` returns with the option `info`. */
interface OneShot {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

function oneShot(
  zlib: ZlibModule,
  coding: Coding,
  bytes: Uint8Array,
  maxOutputLength: number,
): OneShot {
  const options = { info: true, maxOutputLength };
  const call = (): unknown => {
    if (coding === "gzip") return zlib.gunzipSync(bytes, options);
    if (coding === "zstd") {
      return zlib.zstdDecompressSync(bytes, { ...options, ...zstdOptions(zlib) });
    }
    if (formatOf(coding, bytes) === "deflate") return zlib.inflateSync(bytes, options);
    return zlib.inflateRawSync(bytes, options);
  };
  return call() as OneShot;
}

function isOneFrame(bytes: Uint8Array): boolean {
  const frames = new ZstdFrames();
  try {
    return frames.next(bytes, 0) === bytes.length && frames.whole;
  } catch {
    return false;
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof RangeError && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
}

function decodeChunks(
  zlib: ZlibModule,
  source: Chunks,
  chain: readonly Coding[],
  limit: number,
): AsyncGenerator<Uint8Array> {
  // What is decoded on the way is capped too, else it could be endless and the result nothing.
  const between = limit + Math.ceil(limit / 64) + 64 * 1024;
  let output = source;
  for (let i = chain.length - 1; i >= 0; i--) {
    output = capped(undo(zlib, chain[i]!, output), i === 0 ? limit : between, limit);
  }
  return chain.length > 0 ? output as AsyncGenerator<Uint8Array> : capped(source, limit, limit);
}

async function* capped(output: Chunks, cap: number, limit: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of output) {
    size += chunk.length;
    if (size > cap) throw tooLarge(limit);
    yield chunk;
  }
}

async function* read(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

function tooLarge(limit: number): HttpError {
  return new HttpError(
    "response_too_large",
    "body",
    `response too large: decoded body over ${limit} bytes`,
  );
}
