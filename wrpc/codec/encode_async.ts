import { WrpcError } from "../errors.ts";
import type { WitType } from "../types/mod.ts";
import type { ChannelWriter, Deferred, IndexPath } from "./async_host.ts";
import { type Encode, unfit } from "./encode_primitive.ts";
import { Sink } from "./sink.ts";
import { WitStream } from "./wit_stream.ts";

/** Most bytes, and most elements, of one chunk of a stream. */
const CHUNK_BYTES = 64 * 1024;
const CHUNK_ELEMENTS = 1024;

type Open = (path: IndexPath) => ChannelWriter;

/** A promise is pending and sent when it is there; anything else is ready and sent at once. */
export function encodeFuture(encode: Encode): Encode {
  return (sink, value) => {
    if (!isPromise(value)) {
      sink.byte(1);
      return encode(sink, value);
    }
    sink.byte(0);
    const promise = Promise.resolve(value);
    promise.catch(() => {}); // It may fail before anybody waits for it: `send` tells.
    const path = [...sink.path];
    sink.deferred.push({ path, send: (open) => sendFuture(path, promise, encode, open) });
  };
}

/**
 * Streams are always pending. One that is ready is `1` and a list to some peers, to others (of Rust)
 * the list alone; all agree on `0`.
 */
export function encodeStream(element: WitType | null, encode: Encode): Encode {
  const bytes = element?.kind === "u8";
  return (sink, value) => {
    if (!isSource(value)) {
      const hint = bytes ? "a Uint8Array, or something to iterate over for them" : "an iterable";
      throw unfit("a stream", value, `: give ${hint}`);
    }
    sink.byte(0);
    const path = [...sink.path];
    const send = (open: Open) =>
      bytes ? sendBytes(open(path), value) : sendElements(path, value, encode, open);
    sink.deferred.push({ path, send });
  };
}

async function sendFuture(
  path: IndexPath,
  promise: Promise<unknown>,
  encode: Encode,
  open: Open,
): Promise<void> {
  const value = await promise.catch((cause) => {
    throw sourceFailed("future", cause);
  });
  const sink = new Sink();
  sink.path.push(...path);
  encode(sink, value);
  const { deferred } = sink;
  const writer = open(path);
  await writer.write(sink.take());
  // A future or stream that is the value goes on in the same channel, and closes it.
  if (!deferred.some((one) => one.path.length === path.length)) await writer.close();
  await sendAll(deferred, open);
}

async function sendBytes(writer: ChannelWriter, source: Source): Promise<void> {
  const sink = new Sink();
  for await (const chunk of items(source instanceof Uint8Array ? [source] : source)) {
    if (!(chunk instanceof Uint8Array)) {
      throw unfit("a chunk of stream<u8>", chunk, ": give a Uint8Array");
    }
    for (let at = 0; at < chunk.length; at += CHUNK_BYTES) {
      sink.list8(chunk.subarray(at, at + CHUNK_BYTES));
      await writer.write(sink.take());
    }
  }
  await writer.write(END.slice());
  await writer.close();
}

async function sendElements(
  path: IndexPath,
  source: Source,
  encode: Encode,
  open: Open,
): Promise<void> {
  const writer = open(path);
  const sink = new Sink();
  const nested: Promise<void>[] = [];
  let count = 0;
  for await (const chunk of chunksOf(source)) {
    sink.unsigned(chunk.length);
    for (const value of chunk) {
      sink.path.push(...path, count++);
      encode(sink, value);
      sink.path.length = 0;
    }
    const { deferred } = sink;
    await writer.write(sink.take());
    for (const one of deferred) {
      const sent = one.send(open);
      sent.catch(() => {}); // Told at the end.
      nested.push(sent);
    }
  }
  await writer.write(END.slice());
  await writer.close();
  await Promise.all(nested);
}

const END = Uint8Array.of(0);

/** Sends what is pending, all at the same time. */
export async function sendAll(deferred: readonly Deferred[], open: Open): Promise<void> {
  if (deferred.length > 0) await Promise.all(deferred.map((one) => one.send(open)));
}

/** Elements as they are to be sent together: never none. */
async function* chunksOf(source: Source): AsyncGenerator<ArrayLike<unknown> & Iterable<unknown>> {
  if (source instanceof WitStream) {
    yield* items(source.chunks()) as AsyncIterable<unknown[]>;
  } else if (Array.isArray(source)) {
    for (let at = 0; at < source.length; at += CHUNK_ELEMENTS) {
      yield source.slice(at, at + CHUNK_ELEMENTS);
    }
  } else {
    for await (const item of items(source)) yield [item];
  }
}

/** What a source gives; an error of its own is told as such. */
async function* items(source: Source): AsyncGenerator<unknown> {
  try {
    yield* source as AsyncIterable<unknown>;
  } catch (cause) {
    throw cause instanceof WrpcError ? cause : sourceFailed("stream", cause);
  }
}

type Source = AsyncIterable<unknown> | Iterable<unknown>;

function isSource(value: unknown): value is Source {
  return typeof value === "object" && value !== null &&
    (Symbol.asyncIterator in value || Symbol.iterator in value);
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value &&
    typeof value.then === "function";
}

function sourceFailed(what: string, cause: unknown): WrpcError {
  return new WrpcError("stream_failed", "send", `the source of a ${what} failed: ${cause}`, cause);
}
