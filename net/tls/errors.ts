import { OptionError } from "../../internal/mod.ts";
import { NetError, netError } from "../errors.ts";
import { tlsReason } from "./reasons.ts";

/** The `NetError` of a handshake that failed, by TLS or by the connection under it; options' errors stay. */
export function handshakeError(cause: unknown, host: string): Error {
  if (cause instanceof NetError || cause instanceof OptionError) return cause;
  if (isEnd(cause)) return handshakeFailed("tls_truncated", host, PEER_LEFT, cause);
  const reason = tlsReason(cause);
  if (reason === undefined) return netError(cause, "tls", host);
  const [code, words] = reason;
  return handshakeFailed(code, host, words, cause);
}

const PEER_LEFT = "the peer closed the connection before it was done";

/** Node calls an end within the handshake a reset. */
function isEnd(cause: unknown): boolean {
  return cause instanceof Deno.errors.UnexpectedEof ||
    cause instanceof Error && cause.message.startsWith("Client network socket disconnected");
}

/** A `NetError` of the phase `tls`. */
export function handshakeFailed(
  code: NetError["code"],
  host: string,
  reason: string,
  cause?: unknown,
): NetError {
  const message = `TLS handshake with ${host} failed: ${reason}`;
  return new NetError(code, message, { phase: "tls", cause });
}
