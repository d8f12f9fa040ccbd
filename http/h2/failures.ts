import { HttpError, type HttpErrorCode, type HttpPhase } from "../errors.ts";
import { errorName } from "./frames.ts";

/** A failure that HTTP/2 has a code for: `h2_stream`, `h2_protocol` or `goaway`. */
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
export function malformed(phase: HttpPhase, what: string): HttpError {
  return new HttpError("response_malformed", phase, `malformed response: ${what}`);
}

/** A response that is larger than we are willing to hold. */
export function tooLarge(phase: HttpPhase, what: string): HttpError {
  return new HttpError("response_too_large", phase, `response too large: ${what}`);
}
