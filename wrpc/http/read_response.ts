import type { WitStream } from "../codec/mod.ts";
import { WrpcHttpError } from "./errors.ts";
import { fromWireFields, type WireArriving, type WireFields } from "./messages.ts";

const NOTHING = new Uint8Array(0);

/** Reads a body to its end. @throws {WrpcHttpError} `HTTP-response-body-size` */
export async function readAll(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array> {
  let [bytes, length]: [Uint8Array, number] = [NOTHING, 0];
  for await (const chunk of chunks) {
    const end = length + chunk.length;
    if (end > maxBytes) {
      throw new WrpcHttpError("HTTP-response-body-size", BigInt(maxBytes), "receive");
    }
    // Most bodies are one chunk, which isn't copied. Of more none is kept: a chunk of one byte may be
    // a view of a whole read.
    if (length === 0) bytes = chunk;
    else {
      if (end > bytes.length) bytes = grown(bytes, Math.max(end, 2 * bytes.length));
      bytes.set(chunk, length);
    }
    length = end;
  }
  return bytes.subarray(0, length);
}

function grown(bytes: Uint8Array, length: number): Uint8Array {
  const longer = new Uint8Array(length);
  longer.set(bytes);
  return longer;
}

/** Reads a body to its end, for what it costs the server to send it. */
export async function dropAll(body: WitStream<Uint8Array>): Promise<void> {
  while (await body.readChunk() !== null);
}

/** Fields of a response. @throws {WrpcHttpError} `HTTP-protocol-error` for what is no field */
export function readFields(fields: WireFields | undefined): Headers {
  try {
    return fromWireFields(fields);
  } catch (cause) {
    const error = new WrpcHttpError("HTTP-protocol-error", undefined, "receive");
    error.cause = cause;
    throw error;
  }
}

/** The trailers, once they are there. */
export async function readTrailers({ trailers }: WireArriving): Promise<Headers> {
  return readFields(await trailers);
}
