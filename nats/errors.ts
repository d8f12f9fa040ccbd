import { describeError, DownpourError } from "../internal/mod.ts";

/**
 * The seed's table of errors (seed `nats.md`, "Error Codes"): number, stable name, meaning. 1023 is
 * free. 1004 and 1017, 1005 and 1026 mean the same of different operations, as in the seed.
 */
const TABLE: Readonly<Record<NatsErrorNumber, readonly [NatsErrorCode, string]>> = {
  1001: ["no_vu_state", "no VU state available"],
  1002: ["connection_closed", "connection is closed"],
  1003: ["config_invalid", "invalid configuration"],
  1004: ["stream_not_found", "stream not found"],
  1005: ["consumer_not_found", "consumer not found"],
  1006: ["timeout", "operation timed out"],
  1007: ["no_message", "no message available"],
  1008: ["subject_empty", "subject cannot be empty"],
  1009: ["publish_failed", "publish failed"],
  1010: ["subscribe_failed", "subscription failed"],
  1011: ["request_failed", "request failed"],
  1012: ["drain_failed", "drain failed"],
  1013: ["flush_failed", "flush failed"],
  1014: ["jetstream_unavailable", "JetStream not available"],
  1015: ["stream_name_empty", "stream name cannot be empty"],
  1016: ["add_stream_failed", "failed to add stream"],
  1017: ["stream_not_found", "stream not found"],
  1018: ["update_stream_failed", "failed to update stream"],
  1019: ["delete_stream_failed", "failed to delete stream"],
  1020: ["stream_info_failed", "failed to get stream info"],
  1021: ["js_publish_failed", "failed to publish to JetStream"],
  1022: ["js_publish_async_failed", "failed to publish async to JetStream"],
  1024: ["consumer_name_empty", "consumer name cannot be empty"],
  1025: ["add_consumer_failed", "failed to add consumer"],
  1026: ["consumer_not_found", "consumer not found"],
  1027: ["update_consumer_failed", "failed to update consumer"],
  1028: ["delete_consumer_failed", "failed to delete consumer"],
  1029: ["consumer_info_failed", "failed to get consumer info"],
  1030: ["pull_subscribe_failed", "failed to create pull subscription"],
  1031: ["subscription_missing", "subscription cannot be nil"],
  1032: ["fetch_failed", "failed to fetch messages"],
  1033: ["push_subscribe_failed", "failed to create push subscription"],
  1034: ["account_info_failed", "failed to get account info"],
  1035: ["purge_stream_failed", "failed to purge stream"],
  1036: ["delete_message_failed", "failed to delete message"],
};

/** The seed's number of an error: 1001 to 1036, without 1023. */
export type NatsErrorNumber =
  | 1001
  | 1002
  | 1003
  | 1004
  | 1005
  | 1006
  | 1007
  | 1008
  | 1009
  | 1010
  | 1011
  | 1012
  | 1013
  | 1014
  | 1015
  | 1016
  | 1017
  | 1018
  | 1019
  | 1020
  | 1021
  | 1022
  | 1024
  | 1025
  | 1026
  | 1027
  | 1028
  | 1029
  | 1030
  | 1031
  | 1032
  | 1033
  | 1034
  | 1035
  | 1036;

/** The stable name that goes with a number. */
export type NatsErrorCode =
  | "no_vu_state"
  | "connection_closed"
  | "config_invalid"
  | "stream_not_found"
  | "consumer_not_found"
  | "timeout"
  | "no_message"
  | "subject_empty"
  | "publish_failed"
  | "subscribe_failed"
  | "request_failed"
  | "drain_failed"
  | "flush_failed"
  | "jetstream_unavailable"
  | "stream_name_empty"
  | "add_stream_failed"
  | "update_stream_failed"
  | "delete_stream_failed"
  | "stream_info_failed"
  | "js_publish_failed"
  | "js_publish_async_failed"
  | "consumer_name_empty"
  | "add_consumer_failed"
  | "update_consumer_failed"
  | "delete_consumer_failed"
  | "consumer_info_failed"
  | "pull_subscribe_failed"
  | "subscription_missing"
  | "fetch_failed"
  | "push_subscribe_failed"
  | "account_info_failed"
  | "purge_stream_failed"
  | "delete_message_failed";

/** All numbers, in order. */
export const NATS_ERROR_NUMBERS: readonly NatsErrorNumber[] = Object.keys(TABLE).map((key) =>
  Number(key) as NatsErrorNumber
);

/**
 * Why, where the number alone doesn't tell and a script may want to know.
 *
 * | reason | meaning |
 * | --- | --- |
 * | `authorization` | the server refused the credentials, or they expired |
 * | `permission_denied` | the server doesn't allow this subject |
 * | `no_responders` | nobody is subscribed to the request's subject (status 503) |
 * | `max_payload` | more bytes than the server takes in one message |
 * | `subject_invalid` | spaces, line ends or wildcards where they can't be |
 * | `header_invalid` | a header's name or value that can't be sent |
 * | `buffer_full` | more is waiting to be written than the connection keeps |
 * | `slow_consumer` | messages were dropped because nobody took them |
 * | `protocol` | the server sent bytes that aren't NATS |
 * | `stale` | the server no longer answers pings |
 * | `disconnected` | the connection was lost before the answer came |
 * | `network` | the connection could not be made or broke: see `cause` |
 */
export type NatsReason =
  | "authorization"
  | "permission_denied"
  | "no_responders"
  | "max_payload"
  | "subject_invalid"
  | "header_invalid"
  | "buffer_full"
  | "slow_consumer"
  | "protocol"
  | "stale"
  | "disconnected"
  | "network";

/** Something with NATS failed. */
export class NatsError extends DownpourError {
  /** Always `NatsError`. */
  override readonly name: string = "NatsError";
  /** The stable name of `errorCode`. */
  declare readonly code: NatsErrorCode;
  /** The seed's number, 1001 to 1036. */
  readonly errorCode: NatsErrorNumber;
  /** Why, where that is known to be one of these. */
  readonly reason: NatsReason | undefined;

  /** An error of the table; `message` says what failed and on what value. */
  constructor(
    errorCode: NatsErrorNumber,
    message: string,
    options: { reason?: NatsReason | undefined; cause?: unknown } = {},
  ) {
    super(TABLE[errorCode][0], message, { cause: options.cause });
    this.errorCode = errorCode;
    this.reason = options.reason;
  }
}

/**
 * The error of a number.
 *
 * @param cause what is underneath, if anything; its message becomes part of this one's
 * @param context what it was about, as in `publish failed: orders.new: …`
 */
export function natsError(
  errorCode: NatsErrorNumber,
  cause?: unknown,
  context: string = "",
  reason?: NatsReason,
): NatsError {
  const parts: string[] = [TABLE[errorCode][1]];
  if (context !== "") parts.push(context);
  if (cause !== undefined) parts.push(describeError(cause));
  const known = reason ?? (cause instanceof NatsError ? cause.reason : undefined);
  return new NatsError(errorCode, parts.join(": "), { reason: known, cause });
}
