import { HttpError } from "./errors.ts";
import { encodeMultipart, type MultipartInput } from "./form/multipart.ts";
import { encodeForm, type FormInput } from "./form/urlencoded.ts";
import { isSpent } from "./spent_streams.ts";

/** What a request can carry as it is: text (sent as UTF-8), bytes, a `Blob`, or a stream of bytes. */
export type BodyInput =
  | string
  | ArrayBufferView
  | ArrayBuffer
  | Blob
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
  /** Whether the bytes were given as text. */
  readonly isText?: boolean;
  /** Length of the stream, where it is known. */
  readonly length?: number | null;
  /** Whether the stream can be sent again. */
  readonly repeatable?: boolean;
}

const encoder = new TextEncoder();
const COPIED_BYTES = 64 * 1024;

/** What of a call's options becomes its body. */
export interface BodyOptions {
  readonly body?: BodyInput | null;
  readonly json?: unknown;
  readonly form?: FormInput;
  readonly multipart?: FormData | MultipartInput;
}

/**
 * Encodes the one of `body`, `json`, `form` and `multipart` that is given; null without any.
 *
 * @throws {HttpError} `request_invalid` for two at once, or for what can't be sent
 */
export function encodeBody(options: BodyOptions): EncodedBody | null {
  const { body, json, form, multipart } = options;
  const given = Object.entries({ body: body ?? undefined, json, form, multipart })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
  if (given.length > 1) throw invalid(`${given.join(" and ")} are given: choose one`);
  if (json !== undefined) {
    const text = JSON.stringify(json);
    if (text === undefined) throw invalid(`json can't be encoded: ${typeof json}`);
    return ofText(text, "application/json");
  }
  if (form !== undefined) return ofText(encodeForm(form), "application/x-www-form-urlencoded");
  if (multipart !== undefined) return encodeMultipart(multipart);
  return body === undefined || body === null ? null : encodeContent(body);
}

/** Encodes what is sent as it is. @throws {HttpError} `request_invalid` */
export function encodeContent(body: BodyInput): EncodedBody {
  if (typeof body === "string") return ofText(body, null);
  if (ArrayBuffer.isView(body)) return fixed(snapshot(bytesOf(body)));
  if (body instanceof ArrayBuffer) return fixed(snapshot(new Uint8Array(body)));
  if (body instanceof Blob) return ofBlob(body);
  if (typeof body === "object" && Symbol.asyncIterator in body) {
    if (isSpent(body)) {
      throw invalid("body is a stream that is being read or was sent already");
    }
    return { bytes: null, stream: body, contentType: null };
  }
  throw invalid(
    `body is ${typeof body}: give text, bytes, a Blob or a stream, or use json, form or multipart`,
  );
}

/**
 * A short body is copied, so that what the caller does to its buffer afterwards can't change what is
 * sent. A long one isn't (k6 issue 2311): it must stay as it is until the call has resolved.
 */
function snapshot(bytes: Uint8Array): Uint8Array {
  return bytes.length > COPIED_BYTES ? bytes : bytes.slice();
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return view instanceof Uint8Array
    ? view
    : new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** A blob is read while it is sent, each time anew: it may be a file. */
function ofBlob(blob: Blob): EncodedBody {
  return {
    bytes: null,
    stream: { [Symbol.asyncIterator]: () => blob.stream().values() },
    contentType: blob.type || null,
    length: blob.size,
    repeatable: true,
  };
}

function ofText(text: string, contentType: string | null): EncodedBody {
  return { bytes: encoder.encode(text), stream: null, contentType, isText: true };
}

function fixed(bytes: Uint8Array): EncodedBody {
  return { bytes, stream: null, contentType: null };
}

function invalid(message: string): HttpError {
  return new HttpError("request_invalid", "prepare", message);
}
