import { type Connection, JetStreamFailure, NatsError } from "../../../nats/mod.ts";
import { PoolError } from "../../errors.ts";

/** What a failed attempt means: try again, make the stores first, or give up with an error. */
export type Verdict = "again" | "missing" | PoolError;

/** Judges what an attempt failed with. @param what names it, for the error */
export function verdictOf(what: string, error: unknown, connection: Connection): Verdict {
  if (error instanceof PoolError) return error;
  if (connection.isClosed()) return lostError(what, error);
  const failure = causeOf(error, JetStreamFailure);
  if (failure !== null) return verdictOfFailure(what, failure);
  const nats = causeOf(error, NatsError);
  if (nats === null) return verdictOfLibrary(what, error);
  if (nats.reason === "permission_denied") return refused(what, error);
  if (nats.errorCode === 1004 || nats.errorCode === 1017) return "missing";
  if (nats.errorCode === 1014 && connection.info?.jetstream !== true) {
    return new PoolError(
      "bus_refused",
      `${what}: the NATS servers have no JetStream: enable it there`,
      error,
    );
  }
  if (nats.errorCode === 1003 || nats.errorCode === 1008) return refused(what, error);
  if (nats.errorCode === 1009 && nats.reason !== "buffer_full") return refused(what, error);
  return "again";
}

function verdictOfFailure(what: string, failure: JetStreamFailure): Verdict {
  if (failure.code === "wrong_last_sequence") {
    return new PoolError("bus_conflict", `${what}: another was first`, failure);
  }
  if (failure.code === "stream_not_found") return "missing";
  // It went with its server: whoever made it makes it again.
  if (failure.code === "consumer_not_found") return "again";
  // Sent before, and not yet with a majority: it will be there, or can be sent again.
  if (failure.code === "duplicate_in_process") return "again";
  const isFull = failure.code === "stream_full" || failure.code === "resources_exhausted";
  return failure.status >= 500 && !isFull ? "again" : refused(what, failure);
}

/** Errors of the stores' libraries that none of ours is around. */
function verdictOfLibrary(what: string, error: unknown): Verdict {
  if (!(error instanceof Error)) return refused(what, error);
  const { name, message } = error;
  if (/^(TimeoutError|NoRespondersError|RequestError)$/.test(name)) return "again";
  if (/stream not found/.test(message)) return "missing";
  return refused(what, error);
}

/** NATS refuses it. */
export function refused(what: string, error: unknown): PoolError {
  return new PoolError("bus_refused", `${what}: ${textOf(error)}`, error);
}

/** The servers are gone for good, or for longer than one waits. */
export function lostError(what: string, error?: unknown): PoolError {
  const reason = error === undefined ? "the bus is closed" : textOf(error);
  return new PoolError("bus_lost", `${what}: ${reason}`, error);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The first error of a class among an error and its causes. */
function causeOf<T extends Error>(
  error: unknown,
  type: abstract new (...args: never[]) => T,
): T | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof type) return at;
  }
  return null;
}
