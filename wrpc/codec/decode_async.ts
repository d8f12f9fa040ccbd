import { malformed } from "./_malformed.ts";
import type { Decode } from "./decode_primitive.ts";
import { byteChunks, elementChunks } from "./pending_stream.ts";
import { Source } from "./source.ts";
import { WitStream } from "./wit_stream.ts";

/**
 * A future is a promise: of the value that came with the rest, or of the one that comes on the
 * future's path.
 *
 * @param decode of its value; null where it has none
 * @param shares whether the value may itself be pending, on the same path
 */
export function decodeFuture(decode: Decode | null, shares: boolean): Decode {
  return (source) => {
    if (source.saved.pop() === undefined) {
      const status = readStatus(source, "future");
      if (source.short) return undefined;
      if (status === 0) return pendingFuture(source, decode, shares);
    }
    const value = decode?.(source);
    if (source.short) source.saved.push(true);
    return Promise.resolve(value);
  };
}

function pendingFuture(source: Source, decode: Decode | null, shares: boolean): Promise<unknown> {
  const future = readFuture(source, [...source.path], decode, shares);
  // Nobody has to wait for it; who does is told, and so is the invocation.
  source.host.track(future.then(() => {}));
  future.catch(() => {});
  return future;
}

async function readFuture(
  { host, limits }: Source,
  path: readonly number[],
  decode: Decode | null,
  shares: boolean,
): Promise<unknown> {
  const reader = host.read(path);
  const source = new Source(limits, host, path);
  await null; // Bytes that an outer value gives back to this channel come first.
  let value: unknown;
  do {
    const chunk = await reader.read();
    if (chunk === null) {
      if (decode === null) return undefined;
      throw malformed("truncated", `the channel ended inside the future at [${path}]`);
    }
    source.push(chunk);
    value = decode?.(source);
  } while (source.short);
  const { rest } = source;
  if (shares) {
    if (rest.length > 0) reader.unread(rest);
    return value;
  }
  reader.end();
  if (rest.length === 0) return value;
  throw malformed("data_after_end", `${rest.length} bytes after the future at [${path}]`);
}

/**
 * A stream: of the list that came with the rest, or of the chunks that come on the stream's path.
 *
 * @param decode of an element; null where it has no type
 * @param list decoder of a list of them
 * @param kind of the element
 * @param pending whether futures and streams are in the elements
 */
export function decodeStream(
  decode: Decode | null,
  list: Decode,
  kind: string | null,
  pending: boolean,
): Decode {
  const bytes = kind === "u8";
  return (source) => {
    if (source.saved.pop() === undefined) {
      const status = readStatus(source, "stream");
      if (source.short) return undefined;
      if (status === 0) return pendingStream(source, decode, bytes, pending);
    }
    let all = list(source) as unknown[] | Uint8Array | null;
    if (source.short) {
      source.saved.push(true);
      return undefined;
    }
    const next = () => {
      const chunk = all === null || all.length === 0 ? null : all;
      all = null;
      return Promise.resolve(chunk);
    };
    return new WitStream(next, () => all = null, bytes);
  };
}

function pendingStream(
  source: Source,
  decode: Decode | null,
  bytes: boolean,
  pending: boolean,
): WitStream<unknown> {
  const path = [...source.path];
  const reader = source.host.read(path);
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  source.host.track(done);
  done.catch(() => {}); // The reader is told, and so is the invocation.
  const read = bytes
    ? byteChunks(source, reader, path)
    : elementChunks(source, reader, path, decode, pending);
  let over = false;
  const next = async () => {
    if (over) return null;
    try {
      const chunk = await read();
      if (over) return null;
      if (chunk === null) {
        over = true;
        resolve();
      }
      return chunk;
    } catch (error) {
      over = true;
      reject(error);
      throw error;
    }
  };
  const cancel = () => {
    if (over) return;
    over = true;
    reader.cancel();
    resolve();
  };
  return new WitStream(next, cancel, bytes);
}

function readStatus(source: Source, kind: string): number {
  const status = source.byte();
  if (status > 1) throw malformed("case_invalid", `a ${kind} of status ${status}`);
  return status;
}
