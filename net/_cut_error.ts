import { formatDuration } from "../internal/mod.ts";
import type { Cutoff } from "./_cutoff.ts";
import { NetError, type NetErrorCode, type NetPhase } from "./errors.ts";

type OpenPhase = Exclude<NetPhase, "read" | "write" | "listen">;

const TIMEOUTS: Readonly<Record<OpenPhase, NetErrorCode>> = {
  lookup: "dns_timeout",
  connect: "connection_timeout",
  proxy: "proxy_timeout",
  tls: "tls_timeout",
};

const ACTIONS: Readonly<Record<OpenPhase, string>> = {
  lookup: "lookup of",
  connect: "connect to",
  proxy: "tunnel through",
  tls: "TLS handshake with",
};

/**
 * Why an attempt that `cutoff` ended has failed: the limit, or the caller's signal.
 *
 * @param what the name or address, as in `connect to ADDRESS failed: timed out after 30s`
 */
export function cutError(
  cutoff: Cutoff,
  limitMs: number,
  phase: OpenPhase,
  what: string,
): NetError {
  const action = `${ACTIONS[phase]} ${what}`;
  if (!cutoff.timedOut) {
    return new NetError("aborted", `${action} aborted`, { phase, cause: cutoff.signal.reason });
  }
  const message = `${action} failed: timed out after ${formatDuration(limitMs)}`;
  return new NetError(TIMEOUTS[phase], message, { phase });
}
