import { H2Error, HttpError, type HttpPhase } from "../errors.ts";
import { ErrorCode, errorName } from "./frames.ts";

/**
 * Thrown while frames are read when the peer broke the connection (RFC 9113 §5.4.1). Every stream
 * fails for it, each with an error of its own phase.
 */
export class ConnectionFailure extends Error {
  /** What GOAWAY says. */
  readonly errorCode: number;

  /** @param what what the peer did */
  constructor(errorCode: number, what: string) {
    super(what);
    this.errorCode = errorCode;
  }
}

/** The error of a stream whose connection the peer broke. */
export function connectionFailed(phase: HttpPhase, errorCode: number, what: string): H2Error {
  const message = `HTTP/2 connection ended with ${errorName(errorCode)}: ${what}`;
  return new H2Error("h2_protocol", phase, message, errorCode);
}

/** The peer ended a stream. */
export function resetByPeer(phase: HttpPhase, errorCode: number): H2Error {
  const message = `stream reset by the peer: RST_STREAM with ${errorName(errorCode)}`;
  return new H2Error("h2_stream", phase, message, errorCode);
}

/** The peer takes no more streams, and ends this one or has not begun with it. */
export function goaway(phase: HttpPhase, errorCode: number, why: string): H2Error {
  return new H2Error("goaway", phase, `GOAWAY with ${errorName(errorCode)}: ${why}`, errorCode);
}

/** The peer broke the rules of one stream, which is reset for it. */
export function brokenByPeer(phase: HttpPhase, errorCode: number, what: string): H2Error {
  const message = `stream reset with ${errorName(errorCode)}: ${what}`;
  return new H2Error("h2_stream", phase, message, errorCode);
}

/** A response that breaks RFC 9113 §8. */
export function malformed(phase: HttpPhase, what: string): H2Error {
  const message = `malformed response: ${what}`;
  return new H2Error("response_malformed", phase, message, ErrorCode.protocolError);
}

/** A request whose fields the peer has said it won't take (RFC 9113 §6.5.2). */
export function fieldsTooLarge(bytes: number, most: number): HttpError {
  return new HttpError(
    "request_invalid",
    "send",
    `header fields of the request count ${bytes} bytes and the peer takes ${most} ` +
      "(SETTINGS_MAX_HEADER_LIST_SIZE, 32 more for each field): send fewer or shorter ones",
  );
}

/** A response that is larger than we are willing to hold. */
export function tooLarge(phase: HttpPhase, what: string): HttpError {
  return new HttpError("response_too_large", phase, `response too large: ${what}`);
}
