import { DownpourError } from "../internal/mod.ts";

/**
 * What went wrong with wRPC; stable, meant to be matched on.
 *
 * | code | meaning |
 * | --- | --- |
 * | `wit_invalid` | a `.wit` text can't be read; the message begins with `file:line:column` |
 * | `value_invalid` | a JavaScript value that its WIT type can't hold |
 * | `leb128_invalid` | a number that is over-long or out of its type's range |
 * | `bool_invalid` | a `bool` that is neither 0 nor 1 |
 * | `utf8_invalid` | a `string` or `char` that isn't UTF-8, surrogates included |
 * | `case_invalid` | a case that the `enum`, `variant`, `option`, `result`, `future` or `stream` doesn't have |
 * | `flags_invalid` | a bit beyond the last flag |
 * | `value_too_large` | a value of more bytes than the limit |
 * | `too_many_elements` | lists of more elements than the limit |
 * | `truncated` | the peer ended in the middle of a value, a header or a frame |
 * | `data_after_end` | bytes after the end of a value or a stream |
 * | `version_unsupported` | a framed stream whose version isn't 0 |
 * | `header_invalid` | an instance or function name that is too long or isn't UTF-8 |
 * | `handshake_invalid` | NATS: a request or its answer that names no inbox |
 * | `path_too_deep` | an index path of more than 32 steps |
 * | `path_unknown` | data for a path at which the function has no future or stream |
 * | `frame_too_large` | a frame of more than the limit |
 * | `buffer_full` | more came for a path than may wait for its reader |
 * | `function_unknown` | the peer asked for a function that isn't served, or a call named one that the interface lacks |
 * | `no_responders` | NATS: nobody serves the function under that prefix |
 * | `connection_failed` | no connection: `cause` tells why |
 * | `connection_lost` | the connection broke during the invocation |
 * | `invocation_failed` | the peer closed all channels without a result: a trap, an error, no such function |
 * | `implementation_failed` | a served function threw: `cause` is what |
 * | `stream_failed` | the source of a stream or future that was being sent threw: `cause` is what |
 * | `deadline` | the invocation wasn't complete within its limit |
 * | `overloaded` | the server has as many invocations as it takes |
 * | `aborted` | the caller's signal |
 * | `closed` | the client, transport or invocation was closed |
 */
export type WrpcErrorCode =
  | "wit_invalid"
  | "value_invalid"
  | "leb128_invalid"
  | "bool_invalid"
  | "utf8_invalid"
  | "case_invalid"
  | "flags_invalid"
  | "value_too_large"
  | "too_many_elements"
  | "truncated"
  | "data_after_end"
  | "version_unsupported"
  | "header_invalid"
  | "handshake_invalid"
  | "path_too_deep"
  | "path_unknown"
  | "frame_too_large"
  | "buffer_full"
  | "function_unknown"
  | "no_responders"
  | "connection_failed"
  | "connection_lost"
  | "invocation_failed"
  | "implementation_failed"
  | "stream_failed"
  | "deadline"
  | "overloaded"
  | "aborted"
  | "closed";

/** The step of wRPC that failed. */
export type WrpcPhase = "wit" | "connect" | "encode" | "send" | "receive" | "decode" | "serve";

/** Something with wRPC failed. */
export class WrpcError extends DownpourError {
  /** Always `WrpcError`. */
  override readonly name: string = "WrpcError";
  /** What went wrong. */
  declare readonly code: WrpcErrorCode;
  /** The step that failed. */
  declare readonly phase: WrpcPhase;

  /** An error of a stable code. @param cause the error underneath, if any */
  constructor(code: WrpcErrorCode, phase: WrpcPhase, message: string, cause?: unknown) {
    super(code, message, { phase, cause });
  }
}
