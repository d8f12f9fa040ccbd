import { ipVersionOf, OptionError } from "../../internal/mod.ts";
import type { Clock } from "../clock.ts";
import { NetError } from "../errors.ts";
import type { Find } from "./_finders.ts";
import { HostMap, plain } from "./host_map.ts";
import { NameCache } from "./_name_cache.ts";
import { Order, type Policy, type Select } from "./_order.ts";
import {
  type Found,
  type LookupEntry,
  type LookupFunction,
  type LookupResult,
  readLookupResult,
} from "./lookup_function.ts";

/** Addresses by name, as `createLookup` takes them. */
export type Hosts = Readonly<
  Record<string, string | LookupEntry | readonly (string | LookupEntry)[]>
>;

/** What is done about names; the values are checked. */
export interface LookupRules {
  /** Default: none. */
  readonly hosts?: Hosts;
  /** Default `random`. */
  readonly select?: Select;
  /** Default `preferIPv4`. */
  readonly policy?: Policy;
  /** Default: none. */
  readonly blockedHosts?: readonly string[];
  /** Whether what was found is kept; lookups of one name at the same time are one then. */
  readonly caches: boolean;
}

/** A lookup function by rules, of a given finder and clock: see `createLookup`. */
export function lookupOf(
  options: LookupRules,
  find: Find,
  clock: Pick<Clock, "now" | "random">,
): LookupFunction {
  const { hosts = {}, select = "random", policy = "preferIPv4", blockedHosts = [] } = options;
  const order = new Order(select, clock.random);
  const blocked = new HostMap("blockedHosts", blockedHosts.map((name) => [name, name] as const));
  const known = new HostMap("hosts", readHosts(hosts));
  const cache = new NameCache(find, clock.now);

  return async (hostname, { port, family, signal }) => {
    if (ipVersionOf(hostname) !== 0) return hostname;
    const host = plain(hostname);
    const pattern = blocked.get(host, port);
    if (pattern !== undefined) throw blockedError(hostname, pattern);
    const fits = (ip: string) => family === 0 || ipVersionOf(ip) === family;

    const fixed = known.get(host, port)?.filter(({ ip }) => fits(ip));
    if (fixed !== undefined) return some(order.of(`${host}:${port}`, fixed).map(entryOf), hostname);
    const ips = options.caches ? await cache.get(host, signal) : (await find(host, signal)).ips;
    return some(order.byPolicy(host, ips.filter(fits), policy), hostname);
  };
}

function some(found: (string | LookupEntry)[], hostname: string): LookupResult {
  if (found.length > 0) return found;
  const message = `lookup of ${hostname} failed: no address of the wanted IP version`;
  throw new NetError("dns_not_found", message, { phase: "lookup" });
}

function entryOf({ ip, port }: Found): LookupEntry {
  return port === undefined ? { address: ip } : { address: ip, port };
}

function blockedError(hostname: string, pattern: string): NetError {
  const message = `lookup of ${hostname} refused: blockedHosts has ${pattern}`;
  return new NetError("host_blocked", message, { phase: "lookup" });
}

function* readHosts(hosts: Hosts): Generator<[string, Found[]]> {
  for (const [name, value] of Object.entries(hosts)) {
    try {
      yield [name, readLookupResult(value, name)];
    } catch (cause) {
      const message = `hosts.${name} must be an IP address, ip:port, or a list of them: ` +
        JSON.stringify(value);
      throw new OptionError(`hosts.${name}`, message, cause);
    }
  }
}
