import { DownpourError } from "../internal/mod.ts";

/** What a `PoolError` is about. */
export type PoolErrorCode =
  /** The NATS servers can't be reached, or not any more. */
  | "bus_lost"
  /** NATS refuses it: no JetStream, no permission, no room. */
  | "bus_refused"
  /** The value of a key isn't the one that was to be replaced. */
  | "bus_conflict"
  /** Nothing by that name or hash. */
  | "bus_missing"
  /** Bytes that another member of the pool wrote make no sense. */
  | "message_malformed"
  /** No agent, or not as many as asked for, or none with those labels. */
  | "pool_too_small"
  /** An agent of another version of Downpour. */
  | "pool_version"
  /** An agent doesn't give scripts what this one asks for. */
  | "pool_permission"
  /** A bundle isn't what its hash or its signature says. */
  | "bundle_untrusted"
  /** Another coordinator commands the run. */
  | "run_fenced"
  /** No run by that name, or one that is over. */
  | "run_unknown";

/** What went wrong between the members of a pool. */
export class PoolError extends DownpourError {
  /** Name of the class, for logs. */
  override readonly name: string = "PoolError";
  declare readonly code: PoolErrorCode;

  /** @param message names the thing, the value, and what to do */
  constructor(code: PoolErrorCode, message: string, cause?: unknown) {
    super(code, message, { cause });
  }
}
