import { describeError, ipVersionOf } from "../../internal/mod.ts";
import { granted } from "../_granted.ts";
import { type Address, formatAddress } from "../address.ts";
import type { Blocked } from "./blocked.ts";
import type { RunNames } from "../dns/run_names.ts";
import { type LookupFunction, readLookupResult, systemLookup } from "../dns/lookup.ts";
import { NetError } from "../errors.ts";

/** What decides about the addresses of a target. */
export interface AddressOptions {
  /** IP version to use: 4, 6, or 0 for both. */
  readonly ipVersion: 0 | 4 | 6;
  /** Looks names up in place of the system's resolver. */
  readonly lookup?: LookupFunction | undefined;
  /** The run's way of looking names up, where `lookup` isn't given. */
  readonly names?: (() => RunNames) | undefined;
  /** The IP address of this machine to connect from. */
  readonly localAddress?: string | undefined;
  /** Addresses that must not be connected to. */
  readonly blocked?: Blocked | undefined;
}

const MAX_REMEMBERED = 1024;
const byName = new Set<string>();

/**
 * The IP addresses of a host name as its resolver orders them, or null when the name is to be
 * connected to as it is.
 *
 * Deno grants hosts, not addresses: under `--allow-net=example.org:80` a connection to the name
 * may be made, but neither a lookup of it (which needs `example.org` without a port) nor a
 * connection to the address found. So the lookup is a step of its own only where both are granted,
 * for example under a bare `--allow-net`; otherwise Deno looks the name up while it connects, and
 * the time of that is part of `connectMs`. It costs no more: a lookup and a connection by address
 * together take less than a connection by name. With any of the options the addresses have to be
 * known, so then a missing grant is an error.
 *
 * @throws {NetError} of the phase `lookup`; `address_blocked` and `address_invalid` as `checked`
 */
export async function findAddresses(
  target: Address,
  options: AddressOptions,
  stop: AbortSignal,
): Promise<readonly Address[] | null> {
  const { host, port } = target;
  const { ipVersion, lookup, localAddress, blocked } = options;
  if (lookup) return checked(await askFunction(lookup, target, ipVersion, stop), target, options);
  const names = options.names?.();
  const optional = ipVersion === 0 && localAddress === undefined && blocked === undefined &&
    names?.decides(host, port) !== true;
  const key = formatAddress(target);
  if (optional && (byName.has(key) || !granted(host))) return null;
  const family = ipVersion || (localAddress === undefined ? 0 : ipVersionOf(localAddress));
  const found = names === undefined
    ? (await systemLookup(host, family, stop)).map((ip) => ({ host: ip, port }))
    : await askFunction(names.lookup, target, family, stop);
  if (!optional) return checked(found, target, options);
  if (found.every((address) => granted(formatAddress(address)))) return found;
  if (byName.size >= MAX_REMEMBERED) byName.clear();
  byName.add(key);
  return null;
}

async function askFunction(
  lookup: LookupFunction,
  { host, port }: Address,
  family: 0 | 4 | 6,
  stop: AbortSignal,
): Promise<Address[]> {
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const onStop = () => reject(stop.reason);
  stop.addEventListener("abort", onStop);
  try {
    const ask = async () => await lookup(host, { port, family, signal: stop });
    const result = await Promise.race([ask(), stopped]);
    const found = readLookupResult(result, host)
      .map((entry) => ({ host: entry.ip, port: entry.port ?? port }));
    const fitting = found.filter((address) => !family || ipVersionOf(address.host) === family);
    if (fitting.length > 0) return fitting;
    const reason = `the lookup function gave no IPv${family} address`;
    throw new NetError("dns_not_found", `lookup of ${host} failed: ${reason}`, { phase: "lookup" });
  } catch (cause) {
    if (cause instanceof NetError || stop.aborted) throw cause;
    const reason = `the lookup function threw: ${describeError(cause)}`;
    const message = `lookup of ${host} failed: ${reason}`;
    throw new NetError("dns_failed", message, { phase: "lookup", cause });
  } finally {
    stop.removeEventListener("abort", onStop);
  }
}

/**
 * Those of a target's addresses that may be connected to.
 *
 * @throws {NetError} `address_invalid` when `localAddress` is of another family than all of them,
 * `address_blocked` when the others are all blocked
 */
export function checked(
  found: readonly Address[],
  target: Address,
  { localAddress, blocked }: AddressOptions,
): readonly Address[] {
  let usable = found;
  if (localAddress !== undefined) {
    const family = ipVersionOf(localAddress);
    usable = usable.filter(({ host }) => ipVersionOf(host) === family);
    if (usable.length === 0) {
      const what = `${formatAddress(target)} from ${localAddress}`;
      throw refusal(what, "address_invalid", `the target has no IPv${family} address`);
    }
  }
  if (blocked !== undefined) {
    const [first] = usable;
    usable = usable.filter(({ host }) => blocked.rangeOf(host) === undefined);
    if (first !== undefined && usable.length === 0) {
      const range = blocked.rangeOf(first.host);
      const reason = `${first.host} is in the blocked range ${range}`;
      throw refusal(formatAddress(target), "address_blocked", reason);
    }
  }
  return usable;
}

function refusal(what: string, code: "address_invalid" | "address_blocked", reason: string) {
  return new NetError(code, `connect to ${what} failed: ${reason}`, { phase: "connect" });
}
