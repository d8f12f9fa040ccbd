import { errors, type Status } from "@nats-io/nats-core";
import { NatsError, natsError } from "./errors.ts";

/** The error that a status of nats-core is; undefined for one that is none. */
export function statusError(status: Status): NatsError | undefined {
  if (status.type === "staleConnection") {
    return natsError(1002, undefined, "the server doesn't answer pings", "stale");
  }
  if (status.type !== "error") return undefined;
  const { error } = status;
  if (error instanceof errors.PermissionViolationError) {
    const number = error.operation === "publish" ? 1009 : 1010;
    return natsError(number, error, error.subject, "permission_denied");
  }
  const isRefused = error instanceof errors.AuthorizationError ||
    error instanceof errors.UserAuthenticationExpiredError;
  return natsError(1002, error, "", isRefused ? "authorization" : "protocol");
}

/** What ended a connection, as an error of ours. */
export function endError(cause: Error): NatsError {
  if (cause instanceof NatsError) return cause;
  const reason = cause instanceof errors.AuthorizationError ? "authorization" : "network";
  return natsError(1002, cause, "", reason);
}
