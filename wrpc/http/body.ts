import { type BodyInput, encodeBody, type EncodedBody } from "../../http/semantics/mod.ts";

/**
 * What can be sent: text, bytes, a `Blob` or a stream as they are, a `FormData` as
 * `multipart/form-data`, anything else as JSON.
 */
export type WrpcBody = BodyInput | FormData | object | number | boolean | null | undefined;

const NOTHING: readonly Uint8Array[] = [];

/** A body as it goes out. */
export interface OutgoingBody {
  readonly chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Fields that say what it is, unless the caller does. */
  readonly fields: readonly (readonly [string, string])[];
}

/** Encodes a body. @throws {HttpError} `request_invalid` for what can't be sent */
export function readBody(body: WrpcBody): OutgoingBody {
  if (body === null || body === undefined) return { chunks: NOTHING, fields: [] };
  const encoded = encode(body);
  if (encoded === null) return { chunks: NOTHING, fields: [] };
  const { bytes, stream, contentType } = encoded;
  const length = bytes?.length ?? encoded.length ?? null;
  const fields: [string, string][] = [];
  if (contentType !== null) fields.push(["content-type", contentType]);
  if (length !== null) fields.push(["content-length", String(length)]);
  return { chunks: stream ?? (bytes!.length === 0 ? NOTHING : [bytes!]), fields };
}

function encode(body: NonNullable<WrpcBody>): EncodedBody | null {
  if (body instanceof FormData) return encodeBody({ multipart: body });
  return isContent(body) ? encodeBody({ body }) : encodeBody({ json: body });
}

function isContent(body: NonNullable<WrpcBody>): body is BodyInput {
  return typeof body === "string" || ArrayBuffer.isView(body) || body instanceof ArrayBuffer ||
    body instanceof Blob || (typeof body === "object" && Symbol.asyncIterator in body);
}
