import { checkNames } from "../internal/mod.ts";
import {
  checkBoolean,
  checkFunction,
  checkIpVersion,
  checkLocalAddress,
  checkSignal,
  checkTimeout,
  readTls,
} from "./_open_options.ts";
import type { Address } from "./address.ts";
import { withDefaults } from "./run/defaults.ts";
import { blockedRanges } from "./dial/blocked.ts";
import type { DialOptions } from "./dial/dial.ts";
import type { Proxy } from "./proxy/options.ts";
import type { TcpOptions } from "./tcp_options.ts";
import type { TlsOptions } from "./tls/options.ts";

/** `TcpOptions`, checked and with their defaults. */
export interface TcpPlan {
  readonly dial: DialOptions;
  readonly connectTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly keepAlive: boolean;
  readonly noDelay: boolean;
  readonly proxy: Proxy | null;
  /** Null for none. */
  readonly tls: TlsOptions | null;
  readonly idleTimeoutMs: number;
}

const NAMES = [
  "ipVersion",
  "keepAlive",
  "noDelay",
  "lookup",
  "localAddress",
  "proxy",
  "tls",
  "blockedRanges",
  "connectTimeoutMs",
  "idleTimeoutMs",
  "signal",
  "eventHandlers",
];
const CONNECT_TIMEOUT_MS = 30_000;

/**
 * @param proxy what `options.proxy` says
 * @param address the target as it was written, for messages
 * @throws {OptionError}
 */
export function readTcpOptions(
  options: TcpOptions,
  proxy: Proxy | null,
  target: Address,
  address: string,
): TcpPlan {
  checkNames("TCP.open", options, NAMES);
  const {
    ipVersion = 0,
    keepAlive = false,
    noDelay = true,
    lookup,
    localAddress,
    connectTimeoutMs = CONNECT_TIMEOUT_MS,
    idleTimeoutMs,
    signal,
  } = options;
  checkBoolean("keepAlive", keepAlive);
  checkBoolean("noDelay", noDelay);
  checkTimeout("connectTimeoutMs", connectTimeoutMs);
  checkTimeout("idleTimeoutMs", idleTimeoutMs);
  checkSignal(signal);
  checkFunction("lookup", lookup);
  checkLocalAddress(localAddress);
  checkIpVersion(ipVersion, proxy === null ? target.host : proxy.address.host, address);
  const { blockedRanges: ranges } = options;
  const dial: DialOptions = withDefaults({
    ipVersion,
    connectTimeoutMs,
    signal,
    lookup: lookup ?? undefined,
    localAddress,
    blocked: ranges === undefined || ranges.length === 0 ? undefined : blockedRanges(ranges),
  });
  const tls = readTls(options.tls);
  return {
    ...{ dial, connectTimeoutMs, signal, keepAlive, noDelay, proxy, tls },
    idleTimeoutMs: idleTimeoutMs ?? 0,
  };
}
