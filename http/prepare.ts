import { encodeBody, type EncodedBody } from "./body.ts";
import { HttpError } from "./errors.ts";
import { encodeChunks, encodeHead, type Field, isToken, type Outgoing } from "./h1/mod.ts";
import { type FieldMap, mergeHeaders } from "./headers.ts";
import type { RequestOptions } from "./options.ts";
import type { Samples } from "./samples.ts";
import type { Target } from "./target.ts";

/** Longest body that goes out in one write with the head; beyond it copying costs more. */
const ONE_WRITE_BYTES = 64 * 1024;

/** A request checked and encoded: sending it again costs one write. */
export interface Prepared extends Outgoing {
  readonly method: string;
  readonly target: Target;
  readonly headers: FieldMap;
  readonly body: EncodedBody | null;
  /** Whether an attempt that died unanswered may be sent again (RFC 9110 §9.2.2). */
  readonly resendable: boolean;
  /** The sinks that its last response was recorded to. */
  samples: Samples | undefined;
}

const IDEMPOTENT = new Set(["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"]);
const BODY_EXPECTED = new Set(["POST", "PUT", "PATCH"]);

/** Checks and encodes a request. @throws {HttpError} `request_invalid` */
export function prepare(
  method: string,
  target: Target,
  defaults: FieldMap,
  options: RequestOptions,
): Prepared {
  const headers = mergeHeaders(defaults, options.headers);
  return encode(method, target, headers, encodeBody(options.body, options.json));
}

/** Encodes a request from parts that were checked before. */
export function encode(
  method: string,
  target: Target,
  headers: FieldMap,
  body: EncodedBody | null,
): Prepared {
  if (typeof method !== "string" || !isToken(method)) {
    throw new HttpError(
      "request_invalid",
      "prepare",
      `method ${JSON.stringify(method)} is not a token`,
    );
  }
  if (method === "CONNECT") {
    throw new HttpError("request_invalid", "prepare", "method CONNECT is for proxies");
  }
  const fields: Field[] = [];
  if (!headers.has("host")) fields.push(["Host", target.host]);
  if (target.authorization !== null && !headers.has("authorization")) {
    fields.push(["Authorization", target.authorization]);
  }
  for (const list of headers.values()) fields.push(...list);
  if (body?.contentType && !headers.has("content-type")) {
    fields.push(["Content-Type", body.contentType]);
  }
  const bytes = body?.bytes ?? null;
  if (body?.stream) fields.push(["Transfer-Encoding", "chunked"]);
  else if (bytes !== null) fields.push(["Content-Length", String(bytes.length)]);
  else if (BODY_EXPECTED.has(method)) fields.push(["Content-Length", "0"]);
  const together = bytes !== null && bytes.length <= ONE_WRITE_BYTES;
  return {
    method,
    target,
    headers,
    body,
    bytes: encodeHead(method, target.path, fields, together ? bytes : null),
    rest: body?.stream
      ? encodeChunks(body.stream)
      : bytes !== null && !together
      ? pieces(bytes)
      : null,
    headOnly: method === "HEAD",
    resendable: IDEMPOTENT.has(method) && !body?.stream,
    samples: undefined,
  };
}

/** A long body in pieces, so that an early answer can stop it. Can be gone through again. */
function pieces(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  return {
    async *[Symbol.asyncIterator]() {
      for (let at = 0; at < bytes.length; at += ONE_WRITE_BYTES) {
        yield bytes.subarray(at, at + ONE_WRITE_BYTES);
      }
    },
  };
}
