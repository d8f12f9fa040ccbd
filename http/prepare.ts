import type { Proxy } from "../net/proxy/mod.ts";
import type { AuthOption } from "./auth/mod.ts";
import { type BodyOptions, encodeBody, type EncodedBody } from "./body.ts";
import { constantCredentials } from "./credentials.ts";
import { HttpError } from "./errors.ts";
import { encodeChunks, encodeHead, type Field, isToken, type Outgoing } from "./h1/mod.ts";
import type { H2Request } from "./h2/request.ts";
import { type FieldMap, type HeadersInput, mergeHeaders } from "./headers.ts";
import { IDEMPOTENT } from "./idempotent.ts";
import { reusedChunks } from "./reused_chunks.ts";
import type { Samples } from "./samples.ts";
import type { Target } from "./target.ts";

/** Longest body that goes out in one write with the head; beyond it copying costs more. */
export const ONE_WRITE_BYTES = 64 * 1024;
/** Longer bodies go out in pieces of this size: each is a call of the system. */
const PIECE_BYTES = 512 * 1024;

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
  /** The same for HTTP/2, and for an HTTP proxy: made when they are needed. */
  h2: H2Request | undefined;
  proxied: { readonly proxy: Proxy; readonly form: Outgoing } | undefined;
  /** The same with the cookies it had last. */
  cookied: { readonly value: string; readonly form: Prepared } | undefined;
  /** What this was made of by adding cookies. */
  base: Prepared | undefined;
}

const BODY_EXPECTED = new Set(["POST", "PUT", "PATCH"]);

/** What of a call's options becomes the request. */
export interface PrepareOptions extends BodyOptions {
  readonly headers?: HeadersInput | undefined;
  readonly auth?: AuthOption | null;
}

/** Checks and encodes a request. @throws {HttpError} `request_invalid` */
export function prepare(
  method: string,
  target: Target,
  defaults: FieldMap,
  options: PrepareOptions,
): Prepared {
  const credentials = constantCredentials(options.auth);
  const { auth } = options;
  const base = auth === undefined
    ? defaults
    : mergeHeaders(defaults, { Authorization: credentials ?? null });
  return encode(method, target, mergeHeaders(base, options.headers), encodeBody(options));
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
  const upgrades = headers.has("upgrade");
  const bytes = body?.bytes ?? null;
  const together = bytes !== null && bytes.length <= ONE_WRITE_BYTES;
  const host = headers.get("host") ?? [["Host", target.host] as const];
  const fields = fieldsOf({ method, target, headers, body });
  return {
    method,
    target,
    headers,
    body,
    bytes: encodeHead(method, target.path, [...host, ...fields], together ? bytes : null),
    rest: body?.stream && isSized(body)
      ? reusedChunks(body.stream)
      : body?.stream
      ? chunked(body.stream)
      : bytes !== null && !together
      ? pieces(bytes)
      : null,
    headOnly: method === "HEAD",
    upgrades,
    resendable: IDEMPOTENT.includes(method) && (!body?.stream || body.repeatable === true),
    samples: undefined,
    h2: undefined,
    proxied: undefined,
    cookied: undefined,
    base: undefined,
  };
}

/** The field lines of a request, without `Host`. */
function fieldsOf(
  { method, target, headers, body }: Pick<Prepared, "method" | "target" | "headers" | "body">,
): Field[] {
  const fields: Field[] = [];
  if (target.authorization !== null && !headers.has("authorization")) {
    fields.push(["Authorization", target.authorization]);
  }
  for (const [name, list] of headers) if (name !== "host") fields.push(...list);
  if (body === null) {
    if (BODY_EXPECTED.has(method)) fields.push(["Content-Length", "0"]);
    return fields;
  }
  if (body.contentType && !headers.has("content-type")) {
    fields.push(["Content-Type", body.contentType]);
  }
  if (body.bytes !== null) fields.push(["Content-Length", String(body.bytes.length)]);
  else if (isSized(body)) fields.push(["Content-Length", String(body.length)]);
  else fields.push(["Transfer-Encoding", "chunked"]);
  return fields;
}

function isSized(body: EncodedBody): boolean {
  return typeof body.length === "number";
}

/** A request as it is said to an HTTP proxy: with its whole URL (RFC 9112 §3.2.2). */
export function forProxy(request: Prepared, proxy: Proxy): Outgoing {
  if (request.proxied?.proxy === proxy) return request.proxied.form;
  const { method, target, headers, body, rest, headOnly, upgrades } = request;
  const own: Field[] = [...headers.get("host") ?? [["Host", target.host] as const]];
  for (const [name, value] of proxy.headers) own.push([name, value]);
  if (proxy.credentials !== null) own.push(["Proxy-Authorization", proxy.credentials.basic()]);
  const bytes = body?.bytes && rest === null ? body.bytes : null;
  const form = {
    bytes: encodeHead(method, target.url, [...own, ...fieldsOf(request)], bytes),
    rest,
    headOnly,
    upgrades,
  };
  request.proxied = { proxy, form };
  return form;
}

/** Fields that are about one HTTP/1.1 connection (RFC 9113 §8.2.2). */
const OF_CONNECTION = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "te",
]);

/** A request as HTTP/2 says it. */
export function asH2(request: Prepared): H2Request {
  if (request.h2 !== undefined) return request.h2;
  const { method, target, headers, body } = request;
  const lower = fieldsOf(request)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => !OF_CONNECTION.has(name));
  return request.h2 = {
    method,
    scheme: target.secure ? "https" : "http",
    authority: headers.get("host")?.[0]?.[1] ?? target.host,
    path: target.path,
    fields: lower,
    body: body?.bytes ?? null,
    stream: body?.stream ?? null,
  };
}

/** A stream in chunks; can be gone through as often as the stream can. */
function chunked(stream: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => encodeChunks(reusedChunks(stream)) };
}

/** A long body in pieces, so that an early answer can stop it. Can be gone through again. */
function pieces(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  return {
    async *[Symbol.asyncIterator]() {
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
        yield bytes.subarray(at, at + PIECE_BYTES);
      }
    },
  };
}
