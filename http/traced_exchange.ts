import { HttpError } from "./errors.ts";
import { joined } from "./joined.ts";
import type { BodyMode, Lane } from "./lane.ts";
import type { AnyLane } from "./pool.ts";
import { encode, ONE_WRITE_BYTES, type Prepared } from "./prepare.ts";
import { reusedChunks } from "./reused_chunks.ts";
import type { Settings } from "./settings.ts";
import type { Trace } from "./trace.ts";

/** Pieces in which a long body is told of. */
const PIECE_BYTES = 64 * 1024;

/** Begins an exchange; resolves when its response is here: whole, or its head in mode `stream`. */
type Exchange = (
  lane: AnyLane,
  request: Prepared,
  mode: BodyMode,
  startedAt: number,
  settings: Settings,
) => Promise<void>;

/**
 * An exchange that is told of; resolves when the listeners have heard all of it. A body that the
 * lane would keep is read here piece by piece where somebody listens to the pieces.
 *
 * @throws what a listener threw, and as `exchange`
 */
export async function tracedExchange(
  trace: Trace,
  lane: AnyLane,
  request: Prepared,
  startedAt: number,
  settings: Settings,
  exchange: Exchange,
): Promise<void> {
  const { body } = request;
  const { mode, maxBodyBytes } = settings;
  const pulls = mode !== "stream" && trace.has("bodyChunkReceived");
  const isLong = body !== null && (body.bytes?.length ?? Infinity) > ONE_WRITE_BYTES;
  trace.begin(isLong ? 0 : body?.bytes?.length ?? 0);
  try {
    const told = isLong ? toldBody(request, trace) : request;
    await exchange(lane, told, pulls ? "stream" : mode, startedAt, settings);
    await trace.settled();
    if (!lane.streaming) {
      await trace.chunkReceived(lane.body);
      await trace.bodyEnded(lane.trailers);
    } else if (pulls) lane.body = await collect(lane, trace, mode === "keep", maxBodyBytes);
  } finally {
    trace.end();
  }
}

/** The request with a body that tells of its pieces when they were sent. */
function toldBody(request: Prepared, trace: Trace): Prepared {
  if (!trace.has("bodyChunkSent")) return request;
  const { method, target, headers } = request;
  const body = request.body!;
  const { bytes } = body;
  const source = bytes === null ? reusedChunks(body.stream!) : pieces(bytes);
  const total = bytes?.length ?? body.length ?? null;
  const stream = {
    async *[Symbol.asyncIterator]() {
      for await (const chunk of source) {
        const { length } = chunk;
        yield chunk;
        await trace.chunkSent(length, total);
      }
    },
  };
  return encode(method, target, headers, { ...body, bytes: null, stream, length: total });
}

function* pieces(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    yield bytes.subarray(at, at + PIECE_BYTES);
  }
}

/** A body's pieces, each told of before it is given on, and its trailers. */
export function toldChunks(lane: Lane, trace: Trace): Pick<Lane, "chunk" | "fail"> {
  return {
    async chunk() {
      const chunk = await lane.chunk();
      if (chunk === null) await trace.bodyEnded(lane.trailers);
      else await trace.chunkReceived(chunk);
      return chunk;
    },
    fail: (error) => lane.fail(error),
  };
}

async function collect(
  lane: Lane,
  trace: Trace,
  keeps: boolean,
  maxBytes: number,
): Promise<Uint8Array> {
  const source = toldChunks(lane, trace);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let chunk = await source.chunk(); chunk !== null; chunk = await source.chunk()) {
    if (!keeps) continue;
    chunks.push(chunk);
    length += chunk.length;
    if (length <= maxBytes) continue;
    const what = `response too large: body over ${maxBytes} bytes`;
    const error = new HttpError("response_too_large", "body", what);
    lane.fail(error);
    throw error;
  }
  return joined(chunks, length);
}
