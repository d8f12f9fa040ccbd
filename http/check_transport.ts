import { checkNames, OptionError, parseDurationMs } from "../internal/mod.ts";
import { checkTlsOptions } from "../net/mod.ts";
import { checkInteger } from "./check.ts";
import { currentContext } from "../metrics/mod.ts";
import type { ConnectionOptions } from "./h1/mod.ts";
import { DEFAULT_MAX_BODY_BYTES } from "./limits.ts";
import type { Connecting } from "./connect.ts";
import type { PoolLimits } from "./pool_limits.ts";
import type { TransportOptions } from "./transport_options.ts";
import { DEFAULT_VERSIONS, readVersions } from "./versions.ts";

/** Names of a transport's options. */
export const TRANSPORT_OPTIONS = [
  "dial",
  "proxy",
  "tls",
  "version",
  "connectTimeout",
  "maxConnections",
  "maxIdle",
  "maxIdleTime",
  "maxAge",
  "noConnectionReuse",
  "strict",
  "maxBodyBytes",
] as const;

/** Checks a transport's options. @throws {OptionError} */
export function checkTransportOptions(options: TransportOptions): void {
  checkNames("HttpTransport", options, TRANSPORT_OPTIONS);
  checkTransportValues(options);
}

/** Checks the values alone. @throws {OptionError} */
export function checkTransportValues(options: TransportOptions): void {
  const { strict, dial, tls } = options;
  if (strict !== undefined && !["all", "standard", "lenient"].includes(strict)) {
    throw new OptionError(
      "strict",
      `strict is ${JSON.stringify(strict)}: choose all, standard or lenient`,
    );
  }
  if (dial !== undefined && typeof dial !== "function") {
    throw new OptionError("dial", `dial must be a function: ${String(dial)}`);
  }
  if (tls !== undefined) checkTlsOptions(tls);
  readVersions(options.version);
  checkInteger("maxBodyBytes", options.maxBodyBytes, 0, Number.MAX_SAFE_INTEGER);
  checkInteger("maxConnections", options.maxConnections, 1, 1_000_000);
  checkInteger("maxIdle", options.maxIdle, 0, 1_000_000);
  for (const name of ["connectTimeout", "maxIdleTime", "maxAge"] as const) {
    if (options[name] !== undefined) parseDurationMs(options[name], name);
  }
}

/** What most clients have, and there may be one for each virtual user: made once. */
const USUAL: Connecting = Object.freeze({
  dial: undefined,
  tls: undefined,
  proxy: undefined,
  versions: DEFAULT_VERSIONS,
  proxyAuths: undefined,
});
const [USUAL_IN_RUN, USUAL_OUTSIDE] = [false, true].map((letsProcessEnd): ConnectionOptions =>
  Object.freeze({ strictness: "standard", maxBodyBytes: DEFAULT_MAX_BODY_BYTES, letsProcessEnd })
) as [ConnectionOptions, ConnectionOptions];

/** How connections are made. */
export function readConnecting(options: TransportOptions): Connecting {
  const { dial, tls, proxy, version, noConnectionReuse: single = false } = options;
  if (!single && (dial ?? tls ?? proxy ?? version) === undefined) return USUAL;
  const proxyAuths = proxy ? new Map() : undefined;
  return { dial, tls, proxy, versions: readVersions(version), single, proxyAuths };
}

/** How responses are read. */
export function readConnection(options: TransportOptions): ConnectionOptions {
  const { strict, maxBodyBytes } = options;
  // The runner decides when its process ends; elsewhere idle connections must not.
  const letsProcessEnd = currentContext().owned === null;
  if ((strict ?? maxBodyBytes) === undefined) return letsProcessEnd ? USUAL_OUTSIDE : USUAL_IN_RUN;
  return {
    strictness: strict ?? "standard",
    maxBodyBytes: maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    letsProcessEnd,
  };
}

/** How many connections there may be, and how long; null for no limits. */
export function readLimits(options: TransportOptions): PoolLimits | null {
  const { maxConnections, maxIdle, maxIdleTime, maxAge } = options;
  if ([maxConnections, maxIdle, maxIdleTime, maxAge].every((limit) => limit === undefined)) {
    return null;
  }
  const ms = (value: number | string | undefined, name: string) =>
    value === undefined ? Infinity : parseDurationMs(value, name);
  return {
    maxConnections: maxConnections ?? Infinity,
    maxIdle: maxIdle ?? Infinity,
    maxIdleMs: ms(maxIdleTime, "maxIdleTime"),
    maxAgeMs: ms(maxAge, "maxAge"),
  };
}
