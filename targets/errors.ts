import { DownpourError } from "../internal/mod.ts";

/**
 * A target could not be started.
 *
 * Codes: `address_in_use`, `listen_failed` (no such address, no permission; see `cause`).
 */
export class TargetError extends DownpourError {
  /** `"TargetError"`. */
  override readonly name: string = "TargetError";
}
