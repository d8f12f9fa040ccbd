import { HttpError, type HttpPhase } from "./errors.ts";
import type { TimeoutName } from "./timeouts.ts";

const STEPS: Readonly<Record<TimeoutName, string>> = {
  total: "the whole call",
  attempt: "the attempt",
  blocked: "getting a connection",
  lookup: "the lookup of the name",
  connecting: "connecting",
  tls: "the TLS handshake",
  sending: "sending the request",
  waiting: "waiting for the response",
  receiving: "waiting for more of the response",
};

/** A limit of the option `timeout` has passed. */
export class PhaseTimeout extends HttpError {
  /** Which one. */
  readonly limit: TimeoutName;

  /** A limit of a step of a request. @param ms the limit @param cause the error that it ended as */
  constructor(limit: TimeoutName, ms: number, phase: HttpPhase, cause?: unknown) {
    const message = `request timed out: ${STEPS[limit]} took more than ${ms} ms ` +
      `(raise timeout.${limit})`;
    super("request_timeout", phase, message, cause);
    this.limit = limit;
  }
}

const DOING: Readonly<Record<HttpPhase, string>> = {
  prepare: "",
  connect: " while it waited for a connection",
  send: " while it was sent",
  headers: " while it waited for the response",
  body: " inside the response",
  redirect: "",
};

/** An attempt took too long. */
export function attemptTimedOut(ms: number, phase: HttpPhase): HttpError {
  const message = `request timed out after ${ms} ms${DOING[phase]} (raise timeout)`;
  return new HttpError("request_timeout", phase, message);
}
