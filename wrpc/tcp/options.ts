import { checkNames, OptionError } from "../../internal/mod.ts";
import { checkTlsOptions, type TlsOptions } from "../../net/mod.ts";

/** How to call over streams. */
export interface FramedOptions {
  /** TLS: true, or how. @default {false} */
  readonly tls?: boolean | TlsOptions;
  /** Longest time of making a connection, in milliseconds. @default {10000} */
  readonly connectTimeoutMs?: number;
  /**
   * Connections that are kept open ahead, at most 10 000: each invocation needs one of its own and
   * doesn't wait for it then. The first call opens them.
   *
   * @default {0}
   */
  readonly pool?: number;
  /**
   * How long such a connection may wait, in milliseconds: shorter than the server's patience (ours
   * has 10 s).
   *
   * @default {5000}
   */
  readonly poolIdleMs?: number;
}

/** Where and how to call over TCP. */
export interface TcpTransportOptions extends FramedOptions {
  /** `host:port` of the server. */
  readonly address: string;
}

/** Where and how to call over a Unix socket. */
export interface UnixTransportOptions extends FramedOptions {
  /** Path of the socket. */
  readonly path: string;
}

/** What both have in common, checked. */
export type FramedPlan = Required<FramedOptions>;

const NAMES = ["tls", "connectTimeoutMs", "pool", "poolIdleMs"] as const;
const MAX_POOL = 10_000;

/** Checks the options but for where to. @throws {OptionError} */
export function readFramedOptions(
  what: string,
  where: "address" | "path",
  options: TcpTransportOptions | UnixTransportOptions,
): FramedPlan {
  checkNames(what, options, [where, ...NAMES]);
  const { tls = false, connectTimeoutMs = 10_000, pool = 0, poolIdleMs = 5000 } = options;
  if (typeof tls === "object") checkTlsOptions(tls);
  if (!(Number.isSafeInteger(pool) && pool >= 0 && pool <= MAX_POOL)) {
    const message = `pool of ${what} is ${pool}: give a whole number of 0 to ${MAX_POOL}`;
    throw new OptionError("pool", message);
  }
  checkTime(what, "connectTimeoutMs", connectTimeoutMs);
  checkTime(what, "poolIdleMs", poolIdleMs);
  return { tls, connectTimeoutMs, pool, poolIdleMs };
}

function checkTime(what: string, name: string, value: unknown): void {
  if (typeof value === "number" && value > 0) return;
  throw new OptionError(name, `${name} of ${what} is ${value}: give milliseconds above 0`);
}

/** Checks a text that has to be given. @throws {OptionError} */
export function readWhere(what: string, name: string, value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw new OptionError(name, `${what} needs ${name}: ${String(value)}`);
}
