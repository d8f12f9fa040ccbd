import { ipVersionOf, OptionError } from "../internal/mod.ts";
import { checkTlsOptions } from "./tls/check_options.ts";
import type { TlsOptions } from "./tls/options.ts";

const MAX_TIMEOUT_MS = 2 ** 31 - 1; // What a timer can hold.

/** Checks of option objects: each throws an `OptionError` that names the option and its value. */

/** True, false or undefined. */
export function checkBoolean(name: string, value: unknown): void {
  if (value === undefined || typeof value === "boolean") return;
  throw new OptionError(name, `${name} must be true or false: ${String(value)}`);
}

/** A time that a timer can hold, above 0. */
export function checkTimeout(name: string, value: unknown): void {
  if (value === undefined) return;
  if (typeof value === "number" && value > 0 && value <= MAX_TIMEOUT_MS) return;
  throw new OptionError(
    name,
    `${name} must be above 0 and at most ${MAX_TIMEOUT_MS}: ${String(value)}`,
  );
}

/** An `AbortSignal`. */
export function checkSignal(value: unknown): void {
  if (value === undefined || value instanceof AbortSignal) return;
  throw new OptionError("signal", `signal must be an AbortSignal: ${String(value)}`);
}

/** A function; null where that stands for the default. */
export function checkFunction(name: string, value: unknown): void {
  if (value === undefined || value === null || typeof value === "function") return;
  throw new OptionError(name, `${name} must be a function: ${String(value)}`);
}

/** An IP address. */
export function checkLocalAddress(value: unknown): void {
  if (value === undefined || (typeof value === "string" && ipVersionOf(value) !== 0)) return;
  throw new OptionError("localAddress", `localAddress must be an IP address: ${String(value)}`);
}

/**
 * A version of IP, 0 for both.
 *
 * @param host must not be an address of the other version
 * @param address the target as it was written, for messages
 */
export function checkIpVersion(ipVersion: unknown, host: string, address: string): void {
  if (ipVersion !== 0 && ipVersion !== 4 && ipVersion !== 6) {
    throw new OptionError("ipVersion", `ipVersion must be 0, 4 or 6: ${String(ipVersion)}`);
  }
  const version = ipVersionOf(host);
  if (ipVersion && version && ipVersion !== version) {
    throw new OptionError(
      "ipVersion",
      `ipVersion ${ipVersion} does not fit the address ${address}`,
    );
  }
}

/** The option `tls`: its options, or null for none. */
export function readTls(tls: boolean | TlsOptions | undefined): TlsOptions | null {
  if (tls === undefined || tls === false) return null;
  if (tls === true) return {};
  if (typeof tls !== "object" || tls === null) {
    throw new OptionError("tls", `tls must be true, false or an object: ${String(tls)}`);
  }
  checkTlsOptions(tls);
  return tls;
}
