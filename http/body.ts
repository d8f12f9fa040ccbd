import { HttpError } from "./errors.ts";

/** What a request can carry as it is: text (sent as UTF-8), bytes, or a stream of bytes. */
export type BodyInput =
  | string
  | Uint8Array
  | ArrayBuffer
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>;

/** A body ready to send: bytes of known length, or a stream that can be sent once. */
export interface EncodedBody {
  /** All of it, or null when it is a stream. */
  readonly bytes: Uint8Array | null;
  /** Its pieces, or null when `bytes` has it. */
  readonly stream: AsyncIterable<Uint8Array> | null;
  /** `Content-Type` to add when the caller gave none. */
  readonly contentType: string | null;
}

const encoder = new TextEncoder();

/**
 * Encodes the one of `body` and `json` that is given; null without either.
 *
 * @throws {HttpError} `request_invalid` for both at once, or for what can't be sent
 */
export function encodeBody(body: BodyInput | null | undefined, json: unknown): EncodedBody | null {
  if (json !== undefined) {
    if (body !== undefined && body !== null) {
      throw invalid("both body and json are given: choose one");
    }
    const text = JSON.stringify(json);
    if (text === undefined) throw invalid(`json can't be encoded: ${typeof json}`);
    return { bytes: encoder.encode(text), stream: null, contentType: "application/json" };
  }
  if (body === undefined || body === null) return null;
  if (typeof body === "string") return fixed(encoder.encode(body));
  // Copied, so that what the caller does to its buffer afterwards can't change what is sent.
  if (body instanceof Uint8Array) return fixed(body.slice());
  if (body instanceof ArrayBuffer) return fixed(new Uint8Array(body.slice(0)));
  if (typeof body === "object" && Symbol.asyncIterator in body) {
    if (body instanceof ReadableStream && body.locked) {
      throw invalid("body is a stream that is being read or was sent already");
    }
    return { bytes: null, stream: body, contentType: null };
  }
  throw invalid(
    `body is ${typeof body}: give text, Uint8Array, ArrayBuffer or a stream, or use json`,
  );
}

function fixed(bytes: Uint8Array): EncodedBody {
  return { bytes, stream: null, contentType: null };
}

function invalid(message: string): HttpError {
  return new HttpError("request_invalid", "prepare", message);
}
