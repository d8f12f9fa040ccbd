import { type FieldMap, mergeHeaders, NO_HEADERS } from "./headers.ts";
import type { OutgoingRequest } from "./outgoing_request.ts";
import { encode, type Prepared } from "./prepare.ts";
import { type BodyInput, encodeContent, type EncodedBody } from "./body.ts";
import { parseTarget, type UrlName } from "./target.ts";

const decoder = new TextDecoder();

/** What is known of streams that were handed out: their lengths, and that they can be sent again. */
const streams = new WeakMap<object, EncodedBody>();

/** What is known of a prepared request, to be changed. */
export function outgoingOf(request: Prepared, id: string, hop: number): OutgoingRequest {
  const headers: Record<string, string | string[]> = {};
  for (const fields of request.headers.values()) {
    const [name] = fields[0]!;
    headers[name] = fields.length === 1 ? fields[0]![1] : fields.map(([, value]) => value);
  }
  const { body, target } = request;
  if (target.authorization !== null && !request.headers.has("authorization")) {
    headers["Authorization"] = target.authorization;
  }
  if (body?.contentType && !request.headers.has("content-type")) {
    headers["Content-Type"] = body.contentType;
  }
  // Its type is among the headers by now, where it may be taken away.
  if (body?.stream) streams.set(body.stream, { ...body, contentType: null });
  const content = body === null
    ? null
    : body.isText
    ? decoder.decode(body.bytes!)
    : body.bytes ?? body.stream;
  return { id, hop, method: request.method, url: target.url, headers, body: content };
}

/** Checks and encodes what became of it. @throws {HttpError} `request_invalid`, `url_invalid` */
export function preparedOf(request: OutgoingRequest, urlName?: UrlName): Prepared {
  const headers: FieldMap = mergeHeaders(NO_HEADERS, request.headers);
  const target = parseTarget(request.url, undefined, undefined, urlName, request.hop > 0);
  return encode(
    request.method,
    target,
    headers,
    request.body === null ? null : encodedOf(request.body),
  );
}

function encodedOf(body: BodyInput): EncodedBody {
  const encoded = encodeContent(body);
  return encoded.stream === null ? encoded : streams.get(encoded.stream) ?? encoded;
}
