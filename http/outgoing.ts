import { type FieldMap, mergeHeaders, NO_HEADERS } from "./headers.ts";
import { encode, type Prepared } from "./prepare.ts";
import { type BodyInput, encodeContent } from "./body.ts";
import { parseTarget } from "./target.ts";

/**
 * A request as it is about to be sent, for events, layers and transports: all of it may be changed,
 * and is checked again afterwards.
 */
export interface OutgoingRequest {
  /** A UUIDv4 (RFC 9562); redirects and other legs of one call share it. */
  readonly id: string;
  /** How often this call was redirected before: 0 at first. */
  readonly hop: number;
  /** Request method. */
  method: string;
  /** Absolute URL. */
  url: string;
  /** Header fields by name, in the case they are sent in; a list repeats the field. */
  headers: Record<string, string | string[]>;
  /** Text where it was given as text, JSON or a form; null for none. */
  body: BodyInput | null;
}

const decoder = new TextDecoder();

/** What is known of a prepared request, to be changed. */
export function outgoingOf(request: Prepared, id: string, hop: number): OutgoingRequest {
  const headers: Record<string, string | string[]> = {};
  for (const fields of request.headers.values()) {
    const [name] = fields[0]!;
    headers[name] = fields.length === 1 ? fields[0]![1] : fields.map(([, value]) => value);
  }
  const { body } = request;
  if (body?.contentType && !request.headers.has("content-type")) {
    headers["Content-Type"] = body.contentType;
  }
  const content = body === null
    ? null
    : body.isText
    ? decoder.decode(body.bytes!)
    : body.bytes ?? body.stream;
  return { id, hop, method: request.method, url: request.target.url, headers, body: content };
}

/** Checks and encodes what became of it. @throws {HttpError} `request_invalid`, `url_invalid` */
export function preparedOf(request: OutgoingRequest): Prepared {
  const headers: FieldMap = mergeHeaders(NO_HEADERS, request.headers);
  const target = parseTarget(request.url, undefined, undefined);
  return encode(
    request.method,
    target,
    headers,
    request.body === null ? null : encodeContent(request.body),
  );
}
