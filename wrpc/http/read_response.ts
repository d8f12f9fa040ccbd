import type { WitStream } from "../codec/mod.ts";
import { WrpcHttpError } from "./errors.ts";
import { fromWireFields, type WireArriving, type WireFields } from "./messages.ts";

/** Reads a body to its end. @throws {WrpcHttpError} `HTTP-response-body-size` */
export async function readAll(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > maxBytes) {
      throw new WrpcHttpError("HTTP-response-body-size", BigInt(maxBytes), "receive");
    }
    all.push(chunk);
  }
  return all.length === 1 ? all[0]! : joined(all, length);
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
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
