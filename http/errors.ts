import { DownpourError } from "../internal/mod.ts";
import { k6NetCode } from "../net/mod.ts";

/**
 * What can go wrong with a request beyond the socket's own failures (`NetError`). Match on these.
 *
 * | code | meaning |
 * | --- | --- |
 * | `url_invalid` | not an absolute `http:` URL |
 * | `request_invalid` | a method, header, body or option that can't be sent |
 * | `request_body_failed` | the stream given as the body failed while it was sent |
 * | `request_timeout` | the deadline passed; `phase` says during what |
 * | `aborted` | the request's signal aborted it |
 * | `empty_reply` | the connection ended before a byte of the response |
 * | `response_incomplete` | the connection ended inside the response |
 * | `response_malformed` | bytes that are not HTTP/1.1, or ambiguous framing |
 * | `response_too_large` | a line, the head, its fields or the body is over its cap |
 * | `upgrade_unexpected` | a 101 that nobody asked for |
 * | `redirect_refused` | a `Location` that can't or must not be followed |
 * | `decode_failed` | a body whose content coding is unknown, or that is corrupt or cut off |
 * | `auth_failed` | credentials that can't be sent, or a challenge that can't be answered |
 * | `cookie_invalid` | a cookie that a script can't set, or a URL that has none |
 * | `body_used` | a body that can be read once was read already |
 * | `h2_protocol` | the peer broke HTTP/2: the connection is closed |
 * | `h2_stream` | the peer reset the stream |
 * | `goaway` | the peer is closing the connection |
 */
export type HttpErrorCode =
  | "url_invalid"
  | "request_invalid"
  | "request_body_failed"
  | "request_timeout"
  | "aborted"
  | "empty_reply"
  | "response_incomplete"
  | "response_malformed"
  | "response_too_large"
  | "upgrade_unexpected"
  | "redirect_refused"
  | "decode_failed"
  | "auth_failed"
  | "cookie_invalid"
  | "body_used"
  | "h2_protocol"
  | "h2_stream"
  | "goaway";

/** The step of a request that failed. */
export type HttpPhase = "prepare" | "connect" | "send" | "headers" | "body" | "redirect";

/** A request that failed above the socket. */
export class HttpError extends DownpourError {
  /** Name of the class, for logs. */
  override readonly name: string = "HttpError";
  /** What went wrong; stable. */
  declare readonly code: HttpErrorCode;

  /** A failure in a phase of a request. @param cause the error underneath */
  constructor(code: HttpErrorCode, phase: HttpPhase, message: string, cause?: unknown) {
    super(code, message, { phase, cause });
  }
}

/** A failure that HTTP/2 has a code for. */
export class H2Error extends HttpError {
  /** Name of the class, for logs. */
  override readonly name: string = "H2Error";
  /** The code on the wire (RFC 9113 §7), for example 8 for `CANCEL`. */
  readonly errorCode: number;

  /** A failure in a phase of a request. @param errorCode of RFC 9113 §7 */
  constructor(code: HttpErrorCode, phase: HttpPhase, message: string, errorCode: number) {
    super(code, phase, message);
    this.errorCode = errorCode;
  }
}

/**
 * k6's numeric `error_code` of a failure, for the tag of that name and `Response.errorCode`. Those of
 * HTTP/2 tell the code on the wire too: 1638 is a stream reset with `REFUSED_STREAM` (7).
 */
export function k6ErrorCode(error: DownpourError): number {
  if (error instanceof H2Error) return k6H2Code(error);
  return K6_CODES[error.code] ?? k6NetCode(error.code) ?? 1000;
}

/** The last code that RFC 9113 §7 has: k6 has no numbers for others. */
const LAST_H2_CODE = 13;
/** Any failure of HTTP/2. */
const K6_H2_CODE = 1600;

function k6H2Code({ code, errorCode }: H2Error): number {
  const base = K6_CODES[code];
  if (base === undefined) return K6_H2_CODE;
  return errorCode > LAST_H2_CODE ? base : base + 1 + errorCode;
}

const K6_CODES: Readonly<Record<string, number>> = {
  url_invalid: 1020,
  request_timeout: 1050,
  goaway: 1610,
  h2_stream: 1630,
  h2_protocol: 1650,
  decode_failed: 1701,
};
