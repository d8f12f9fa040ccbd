import { DownpourError } from "../internal/mod.ts";

/** What went wrong with packets: stable names to match on. */
export type PacketErrorCode =
  | "guest_invalid"
  | "guest_too_large"
  | "guest_broken"
  | "script_invalid"
  | "header_invalid"
  | "body_too_large"
  | "closed_early"
  | "connect_failed"
  | "packet_unknown"
  | "session_closed";

/** A packet session, a guest or a stress script that failed; `code` says how. */
export class PacketError extends DownpourError {
  /** Name of the class, for logs. */
  override readonly name: string = "PacketError";

  /** An error with a stable code. @param options `phase`: the step that failed; `cause`: the error underneath */
  constructor(
    code: PacketErrorCode,
    message: string,
    options: { phase?: string | undefined; cause?: unknown } = {},
  ) {
    super(code, message, options);
  }
}
