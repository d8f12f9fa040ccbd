import { DownpourError } from "../internal/mod.ts";
import { tlsReason } from "./tls/reasons.ts";

/**
 * What went wrong with a socket; stable, meant to be matched on. The kind of socket is not in it:
 * a Unix socket is refused like a TCP one.
 *
 * | code | meaning |
 * | --- | --- |
 * | `address_invalid` | the address isn't `host:port`, or not a path that a socket can have |
 * | `dns_not_found` | the name has no address, or no record of the kind |
 * | `dns_timeout` | no server answered in time |
 * | `dns_failed` | the lookup failed otherwise: SERVFAIL, REFUSED, an answer that makes no sense |
 * | `address_blocked` | the address that was found is in a blocked range |
 * | `host_blocked` | the name is blocked |
 * | `connection_refused` | nobody listens there |
 * | `connection_timeout` | no connection within the limit |
 * | `host_unreachable` | no way to the network or the host |
 * | `path_not_found` | there is no socket file |
 * | `connection_reset` | the peer ended the connection abruptly |
 * | `broken_pipe` | the peer no longer reads |
 * | `idle_timeout` | nothing was sent or received for the limit |
 * | `socket_closed` | reading or writing after this side closed the socket |
 * | `socket_failed` | everything else |
 * | `socket_reading` | two ways of reading one socket were mixed |
 * | `not_connected` | a datagram socket without a peer was asked to write |
 * | `datagram_too_large` | more than one datagram holds |
 * | `address_in_use` | listening on what is taken |
 * | `tls_certificate` | the peer's certificate isn't trusted: authority, dates, purpose |
 * | `tls_hostname` | the peer's certificate is for other names |
 * | `tls_record` | what came isn't TLS |
 * | `tls_timeout` | no handshake within the limit |
 * | `tls_truncated` | the connection ended without the goodbye that TLS asks for |
 * | `tls_failed` | any other failure of TLS: an alert, no common version, cipher or protocol |
 * | `proxy_auth` | the proxy wants other credentials |
 * | `proxy_refused` | the proxy won't connect to the target |
 * | `proxy_malformed` | the proxy's answer makes no sense, or is over its cap |
 * | `proxy_timeout` | no answer of the proxy within the limit |
 * | `generator_saturated` | this machine ran out of descriptors, ports or memory: not the target's fault |
 * | `permission_denied` | Deno, or the system, doesn't let the process do that |
 * | `aborted` | the caller's signal |
 */
export type NetErrorCode =
  | "address_invalid"
  | "dns_not_found"
  | "dns_timeout"
  | "dns_failed"
  | "address_blocked"
  | "host_blocked"
  | "connection_refused"
  | "connection_timeout"
  | "host_unreachable"
  | "path_not_found"
  | "connection_reset"
  | "broken_pipe"
  | "idle_timeout"
  | "socket_closed"
  | "socket_failed"
  | "socket_reading"
  | "not_connected"
  | "datagram_too_large"
  | "address_in_use"
  | "tls_certificate"
  | "tls_hostname"
  | "tls_record"
  | "tls_timeout"
  | "tls_truncated"
  | "tls_failed"
  | "proxy_auth"
  | "proxy_refused"
  | "proxy_malformed"
  | "proxy_timeout"
  | "generator_saturated"
  | "permission_denied"
  | "aborted";

/** The step of a socket's life that failed. */
export type NetPhase = "lookup" | "connect" | "proxy" | "tls" | "read" | "write" | "listen";

/** A socket, or the making of one, failed. */
export class NetError extends DownpourError {
  /** Always `NetError`. */
  override readonly name: string = "NetError";
  /** What went wrong. */
  declare readonly code: NetErrorCode;
  /** The step that failed; undefined for what was found invalid before any step, as an address. */
  declare readonly phase: NetPhase | undefined;

  /** An error of a stable code; `options.cause` is the error underneath. */
  constructor(
    code: NetErrorCode,
    message: string,
    options: { phase?: NetPhase | undefined; cause?: unknown } = {},
  ) {
    super(code, message, options);
  }
}

const VERBS: Record<NetPhase, string> = {
  lookup: "lookup of",
  connect: "connect to",
  proxy: "tunnel through",
  tls: "TLS handshake with",
  read: "read from",
  write: "write to",
  listen: "listen on",
};

const OUT_OF_FILES = "the load generator ran out of file descriptors, not the target: " +
  "raise its limit, for example with `ulimit -n 65536`";
const OUT_OF_PORTS = "the load generator ran out of local ports or has no address of this kind, " +
  "not the target: reuse connections or widen the system's local port range";
const OUT_OF_MEMORY = "the load generator ran out of socket memory, not the target";

/** System error names, and what they mean here. */
const BY_NAME: Record<string, [NetErrorCode, string]> = {
  ECONNREFUSED: ["connection_refused", "connection refused"],
  ECONNRESET: ["connection_reset", "connection reset by the peer"],
  ECONNABORTED: ["connection_reset", "connection aborted"],
  EPIPE: ["broken_pipe", "the peer no longer reads (broken pipe)"],
  ETIMEDOUT: ["connection_timeout", "timed out"],
  ENETUNREACH: ["host_unreachable", "network unreachable"],
  EHOSTUNREACH: ["host_unreachable", "host unreachable"],
  ENETDOWN: ["host_unreachable", "network down"],
  EHOSTDOWN: ["host_unreachable", "host down"],
  ENOTCONN: ["socket_closed", "the connection is gone"],
  EADDRINUSE: ["address_in_use", "address in use"],
  EMFILE: ["generator_saturated", OUT_OF_FILES],
  ENFILE: ["generator_saturated", OUT_OF_FILES],
  EADDRNOTAVAIL: ["generator_saturated", OUT_OF_PORTS],
  ENOBUFS: ["generator_saturated", OUT_OF_MEMORY],
  ENOMEM: ["generator_saturated", OUT_OF_MEMORY],
  ENOTFOUND: ["dns_not_found", "no such host"],
  EMSGSIZE: ["datagram_too_large", "more than one datagram holds"],
  ENOENT: ["path_not_found", "no such socket file: is the server running?"],
  EACCES: ["permission_denied", "the system doesn't allow it"],
  ENODATA: ["dns_not_found", "no address of this kind"],
};

/** Linux numbers, for errors that carry theirs in the message only: `… (os error 24)`. */
const BY_NUMBER: Record<string, string> = {
  2: "ENOENT",
  12: "ENOMEM",
  13: "EACCES",
  23: "ENFILE",
  24: "EMFILE",
  32: "EPIPE",
  90: "EMSGSIZE",
  98: "EADDRINUSE",
  99: "EADDRNOTAVAIL",
  100: "ENETDOWN",
  101: "ENETUNREACH",
  103: "ECONNABORTED",
  104: "ECONNRESET",
  105: "ENOBUFS",
  107: "ENOTCONN",
  110: "ETIMEDOUT",
  111: "ECONNREFUSED",
  112: "EHOSTDOWN",
  113: "EHOSTUNREACH",
};

/** Deno's classes, for errors that carry neither. */
const BY_CLASS: [new (message?: string) => Error, string][] = [
  [Deno.errors.ConnectionRefused, "ECONNREFUSED"],
  [Deno.errors.ConnectionReset, "ECONNRESET"],
  [Deno.errors.ConnectionAborted, "ECONNABORTED"],
  [Deno.errors.BrokenPipe, "EPIPE"],
  [Deno.errors.TimedOut, "ETIMEDOUT"],
  [Deno.errors.NetworkUnreachable, "ENETUNREACH"],
  [Deno.errors.NotConnected, "ENOTCONN"],
  [Deno.errors.AddrInUse, "EADDRINUSE"],
  [Deno.errors.AddrNotAvailable, "EADDRNOTAVAIL"],
];

/**
 * The `NetError` for what Deno threw.
 *
 * @param phase the step that failed
 * @param what the address, as in `connect to 127.0.0.1:9 failed: connection refused`
 */
export function netError(cause: unknown, phase: NetPhase, what: string): NetError {
  if (cause instanceof NetError) return cause;
  if (cause instanceof AggregateError && cause.errors.length > 0) {
    return netError(cause.errors.at(-1), phase, what);
  }
  const [code, reason, failed] = classify(cause, phase, what);
  const subject = failed === "lookup" ? what.replace(/:\d+$/, "") : what;
  const message = `${VERBS[failed]} ${subject} failed: ${reason}`;
  return new NetError(code, message, { phase: failed, cause });
}

function classify(cause: unknown, phase: NetPhase, what: string): [NetErrorCode, string, NetPhase] {
  const text = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof Deno.errors.NotCapable) {
    return ["permission_denied", refused(text, what), phase];
  }
  if (cause instanceof Deno.errors.BadResource || cause instanceof Deno.errors.Interrupted) {
    return ["socket_closed", "the socket was closed", phase];
  }
  if (phase === "read" || phase === "write" || phase === "tls") {
    const reason = tlsReason(cause);
    if (reason !== undefined) return [...reason, phase];
  }
  const name = systemName(cause, text);
  // Connecting and listening share the kernel's answer for a port that can't be had.
  if (name === "EADDRINUSE" && phase === "connect") {
    return ["generator_saturated", OUT_OF_PORTS, phase];
  }
  const known = name === undefined ? undefined : BY_NAME[name];
  if (known !== undefined) return [...known, phase];
  if (text.startsWith("failed to lookup address information: ")) {
    // Connecting by name looks it up inside; only the text tells.
    const reason = text.slice(text.indexOf(": ") + 2);
    return /not known|no address/i.test(reason)
      ? ["dns_not_found", "no such host", "lookup"]
      : ["dns_failed", reason.toLowerCase(), "lookup"];
  }
  if (phase === "lookup") {
    return name === "EPERM"
      ? ["permission_denied", allow(what), phase]
      : ["dns_failed", text || "unknown reason", phase];
  }
  return ["socket_failed", text || "unknown reason", phase];
}

function systemName(cause: unknown, text: string): string | undefined {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (typeof code === "string") return code;
  const number = /\(os error (\d+)\)/.exec(text)?.[1];
  if (number !== undefined && number in BY_NUMBER) return BY_NUMBER[number];
  return BY_CLASS.find(([type]) => cause instanceof type)?.[1];
}

/** What would allow it: a Unix socket is a file to Deno, and one flag of `downpour run`. */
function refused(text: string, what: string): string {
  const [, kind, value = what] = /Requires (\w+) access to "([^"]+)"/.exec(text) ?? [];
  if (kind === "net" || kind === undefined || value !== what) return allow(value);
  return `no permission, run with --allow-unix=${what} ` +
    `(deno alone: --allow-read, --allow-write and --allow-net=unix:PATH)`;
}

function allow(value: string): string {
  value = value.replaceAll("\0", "@"); // Of an abstract socket's name.
  return `no permission, run with --allow-net=${value}`;
}
