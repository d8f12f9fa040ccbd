import { errors as coreErrors } from "@nats-io/nats-core";
import { DownpourError } from "../../internal/mod.ts";
import { NatsError, natsError, type NatsErrorNumber } from "../errors.ts";
import type { ApiFailure } from "./pub_ack.ts";

/** Why the server refused, by a stable name; `refused` for anything else. */
export type JetStreamFailureCode =
  | "consumer_exists"
  | "consumer_not_found"
  | "duplicate_in_process"
  | "jetstream_disabled"
  | "message_not_found"
  | "message_too_large"
  | "refused"
  | "resources_exhausted"
  | "stream_exists"
  | "stream_full"
  | "stream_not_found"
  | "subjects_overlap"
  | "unavailable"
  | "wrong_last_msg_id"
  | "wrong_last_sequence"
  | "wrong_stream";

/** The server's numbers that mean something to a script (nats-server's `errors.json`). */
const NAMES: ReadonlyMap<number, JetStreamFailureCode> = new Map([
  [10008, "unavailable"],
  [10013, "consumer_exists"],
  [10014, "consumer_not_found"],
  [10023, "resources_exhausted"],
  [10028, "resources_exhausted"],
  [10037, "message_not_found"],
  [10039, "jetstream_disabled"],
  [10047, "resources_exhausted"],
  [10054, "message_too_large"],
  [10058, "stream_exists"],
  [10059, "stream_not_found"],
  [10060, "wrong_stream"],
  [10065, "subjects_overlap"],
  [10070, "wrong_last_msg_id"],
  [10071, "wrong_last_sequence"],
  [10076, "jetstream_disabled"],
  [10077, "stream_full"],
  [10148, "consumer_exists"],
  [10158, "duplicate_in_process"],
  [10164, "wrong_last_sequence"],
]);

/** The server's refusal: the `cause` of a {@link NatsError}. */
export class JetStreamFailure extends DownpourError {
  /** Always `JetStreamFailure`. */
  override readonly name: string = "JetStreamFailure";
  /** Why, by a stable name. */
  declare readonly code: JetStreamFailureCode;
  /** The server's number, for example 10077; 0 when it gave none. */
  readonly errCode: number;
  /** Like an HTTP status: 400, 404, 503. */
  readonly status: number;

  /** What the server answered. */
  constructor({ errCode, code, description }: ApiFailure, cause?: unknown) {
    super(NAMES.get(errCode) ?? "refused", `${description} (${errCode})`, { cause });
    this.errCode = errCode;
    this.status = code;
  }
}

/** What the numbers are of "there is no such stream", "no such consumer" in an operation. */
export interface Missing {
  /** 1017 where the operation is about the stream itself. */
  readonly stream: 1004 | 1017;
  /** 1026 where the operation is about the consumer itself. */
  readonly consumer: 1005 | 1026;
}

/** Of operations on streams. */
export const STREAM_MISSING: Missing = { stream: 1017, consumer: 1005 };
/** Of operations on consumers. */
export const CONSUMER_MISSING: Missing = { stream: 1004, consumer: 1026 };
/** Of operations that use both. */
export const USE_MISSING: Missing = { stream: 1004, consumer: 1005 };

/**
 * The error of an operation that failed: `errorCode`, unless a more telling number fits (1002 a
 * closed connection, 1014 no JetStream, what `missing` says).
 */
export function jetStreamError(
  errorCode: NatsErrorNumber,
  error: unknown,
  context: string,
  missing: Missing = USE_MISSING,
): NatsError {
  if (error instanceof NatsError) return error;
  const cause = causeOf(error);
  if (cause instanceof JetStreamFailure) {
    const number = numberOf(cause.code, missing) ?? errorCode;
    return natsError(number, cause, context);
  }
  if (isClosed(cause)) return natsError(1002, cause, context);
  if (cause instanceof coreErrors.TimeoutError) {
    return natsError(errorCode, natsError(1006, cause), context);
  }
  if (noResponders(cause)) return natsError(1014, cause, context, "no_responders");
  if (permissionOf(cause) !== null) {
    return natsError(errorCode, permissionOf(cause), context, "permission_denied");
  }
  return natsError(errorCode, cause, context);
}

function numberOf(code: JetStreamFailureCode, missing: Missing): NatsErrorNumber | null {
  if (code === "stream_not_found") return missing.stream;
  if (code === "consumer_not_found") return missing.consumer;
  return code === "jetstream_disabled" ? 1014 : null;
}

/** The server's refusal in an error of `@nats-io/jetstream`; any other error as it is. */
function causeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === "JetStreamNotEnabled") return causeOf(error.cause) ?? error;
  if (!("apiError" in error) || typeof error.apiError !== "function") return error;
  const { code, err_code: errCode, description } = error.apiError() as Record<string, unknown>;
  const failure = { code: Number(code), errCode: Number(errCode), description: `${description}` };
  return new JetStreamFailure(failure, error);
}

function isClosed(error: unknown): boolean {
  return error instanceof coreErrors.ClosedConnectionError ||
    error instanceof coreErrors.DrainingConnectionError ||
    (error instanceof coreErrors.RequestError && error.message === "connection closed");
}

/** Whether nobody is subscribed to what was asked. */
function noResponders(error: unknown): boolean {
  return error instanceof coreErrors.NoRespondersError ||
    (error instanceof coreErrors.RequestError && error.isNoResponders());
}

function permissionOf(error: unknown): unknown {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof coreErrors.PermissionViolationError) return at;
  }
  return null;
}

/** Refuses an empty name of a stream: 1015. */
export function requireStream(stream: unknown, operation: string): string {
  if (typeof stream === "string" && stream !== "") return stream;
  throw natsError(1015, undefined, operation);
}

/** Refuses an empty name of a consumer: 1024. */
export function requireConsumer(consumer: unknown, operation: string): string {
  if (typeof consumer === "string" && consumer !== "") return consumer;
  throw natsError(1024, undefined, operation);
}
