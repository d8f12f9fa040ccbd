import { OptionError } from "../internal/mod.ts";
import type { Life } from "./_life.ts";
import { NetError } from "./errors.ts";

/** How a socket is read: decided by the first use. Not at all during a TLS handshake. */
export type Reading = "undecided" | "pulled" | "pushed" | "streamed" | "handshake";

/** The error of reading in a second way, undefined when `next` may follow `now`. */
export function readingRefused(now: Reading, next: Reading, peer: string): NetError | undefined {
  if (now === "undecided" || now === next) return undefined;
  // A stream may take over from single reads, not the reverse.
  if (now === "pulled" && next === "streamed") return undefined;
  if (now === "handshake") {
    const message = `use of ${peer} refused: its TLS handshake is under way`;
    return new NetError("socket_reading", message, { phase: "tls" });
  }
  const message = `read from ${peer} refused: its bytes are already ${now}, ` +
    `they can't be ${next} as well`;
  return new NetError("socket_reading", message, { phase: "read" });
}

/** The error of starting TLS while bytes are under way. */
export function busyError(peer: string): NetError {
  const message = `TLS with ${peer} refused: its bytes are being read or written, await that first`;
  return new NetError("socket_reading", message, { phase: "tls" });
}

/** The error of using a socket, or its writing side, that is closed. */
export function goneError(
  phase: "read" | "write",
  peer: string,
  life: Pick<Life, "closed" | "why" | "error">,
): NetError {
  const action = phase === "read" ? "read from" : "write to";
  const why = life.closed ? life.why : "the writing side was closed";
  return new NetError("socket_closed", `${action} ${peer} failed: ${why}`, {
    phase,
    cause: life.error,
  });
}

/** The error of writing something that isn't bytes. */
export function notBytes(value: unknown): OptionError {
  const kind = typeof value === "object" && value !== null
    ? Object.prototype.toString.call(value).slice(8, -1)
    : String(value === null ? null : typeof value);
  return new OptionError("data", `write takes a Uint8Array, not ${kind}`);
}

/** The error of asking for less than a byte. */
export function badLimit(limit: unknown): OptionError {
  return new OptionError(
    "limit",
    `limit must be a whole number of bytes above 0: ${String(limit)}`,
  );
}
