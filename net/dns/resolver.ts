import { checkNames, OptionError } from "../../internal/mod.ts";
import { ipVersionOf } from "../_ip.ts";
import { type Clock, SYSTEM_CLOCK } from "../clock.ts";
import { NetError } from "../errors.ts";
import { HostMap, plain } from "./_host_map.ts";
import { type Find, finder, readTtl } from "./_finders.ts";
import { NameCache } from "./_name_cache.ts";
import * as read from "./_options.ts";
import { Order, type Policy, type Select } from "./_order.ts";
import {
  type Found,
  type LookupEntry,
  type LookupFunction,
  type LookupResult,
  readLookupResult,
} from "./lookup_function.ts";

/** How `createLookup` finds addresses: k6's options `hosts`, `dns` and `blockHostnames`. */
export interface CreateLookupOptions {
  /**
   * Addresses by name: `name`, `*.domain` (any name below it), `*`, each also with a `:port`. The
   * most specific key counts: with a port before without, a name before a wildcard, the longest
   * wildcard first. Values are IP addresses, `ip:port` to connect to another port, or lists of them.
   * They are used whatever `policy` says. Default: none.
   */
  hosts?: Readonly<Record<string, string | LookupEntry | readonly (string | LookupEntry)[]>>;
  /**
   * How long found addresses are kept: a duration, `"inf"`, or `"0"` to look every name up each
   * time. `"record"` is as long as the records' own lifetime, at most a day, and takes `servers`.
   * Failures aren't kept. @default {"5m"}
   */
  ttl?: number | string;
  /**
   * Which of several addresses comes first: the first of the answer, a random one, or each in turn.
   * The others follow, so that a connection has something to fall back on (k6 tries one only).
   * @default {"random"}
   */
  select?: Select;
  /** IP versions to use; with `prefer…` the other one comes behind it. @default {"preferIPv4"} */
  policy?: Policy;
  /** DNS servers to ask, as `resolve` takes them. Default: the system's way, `/etc/hosts` included. */
  servers?: readonly string[];
  /** How long one server may take each time; takes `servers`. @default {"5s"} */
  timeout?: number | string;
  /** The transport to ask `servers` by. @default {"udp"} */
  protocol?: "udp" | "tcp";
  /** Names that may not be looked up, in the forms of the keys of `hosts`. Default: none. */
  blockedHosts?: readonly string[];
}

const NAMES = [
  "hosts",
  "ttl",
  "select",
  "policy",
  "servers",
  "timeout",
  "protocol",
  "blockedHosts",
];
const SELECTS: readonly Select[] = ["first", "random", "roundRobin"];
const POLICIES: readonly Policy[] = ["preferIPv4", "preferIPv6", "onlyIPv4", "onlyIPv6", "any"];

/**
 * A function for the option `lookup` of sockets: blocked names, then a static map, then a cache
 * before the system's resolver or DNS servers. Lookups of one name at the same time are one, unless
 * `ttl` is 0. It rejects with a `NetError`: `host_blocked`, or what `lookup` and `resolve` reject
 * with; `dns_not_found` also when the name has addresses, but none that may be used. When the signal
 * aborts, it rejects with the signal's reason.
 *
 * @throws {OptionError} for an option that doesn't exist or a value out of its range
 */
export function createLookup(options: CreateLookupOptions = {}): LookupFunction {
  checkOptions(options);
  return lookupOf(options, finder(options), SYSTEM_CLOCK);
}

function checkOptions(options: CreateLookupOptions): void {
  checkNames("dns.createLookup", options, NAMES);
  const { select = "random", policy = "preferIPv4", blockedHosts = [] } = options;
  read.checkChoice("select", select, SELECTS);
  read.checkChoice("policy", policy, POLICIES);
  if (Array.isArray(blockedHosts)) return;
  throw new OptionError("blockedHosts", `blockedHosts must be a list: ${String(blockedHosts)}`);
}

/** `createLookup` of a given finder and clock; the options are checked. */
export function lookupOf(
  options: CreateLookupOptions,
  find: Find,
  clock: Pick<Clock, "now" | "random">,
): LookupFunction {
  const { hosts = {}, select = "random", policy = "preferIPv4", blockedHosts = [] } = options;
  const order = new Order(select, clock.random);
  const blocked = new HostMap("blockedHosts", blockedHosts.map((name) => [name, name] as const));
  const known = new HostMap("hosts", readHosts(hosts));
  const cache = new NameCache(find, clock.now);
  const keep = readTtl(options) !== 0;

  return async (hostname, { port, family, signal }) => {
    if (ipVersionOf(hostname) !== 0) return hostname;
    const host = plain(hostname);
    const pattern = blocked.get(host, port);
    if (pattern !== undefined) throw blockedError(hostname, pattern);
    const fits = (ip: string) => family === 0 || ipVersionOf(ip) === family;

    const fixed = known.get(host, port)?.filter(({ ip }) => fits(ip));
    if (fixed !== undefined) return some(order.of(`${host}:${port}`, fixed).map(entryOf), hostname);
    const ips = keep ? await cache.get(host, signal) : (await find(host, signal)).ips;
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

function* readHosts(
  hosts: NonNullable<CreateLookupOptions["hosts"]>,
): Generator<[string, Found[]]> {
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
