import { checkNames, OptionError } from "../../internal/mod.ts";
import { SYSTEM_CLOCK } from "../clock.ts";
import { finder, readTtl } from "./_finders.ts";
import { type Hosts, lookupOf } from "./_lookup_of.ts";
import * as read from "./_options.ts";
import type { Policy, Select } from "./_order.ts";
import type { LookupFunction } from "./lookup_function.ts";
import type { QueryEventHandlers } from "./query_events.ts";

/** How `createLookup` finds addresses: k6's options `hosts`, `dns` and `blockHostnames`. */
export interface CreateLookupOptions {
  /**
   * Addresses by name: `name`, `*.domain` (any name below it), `*`, each also with a `:port`. The
   * most specific key counts: with a port before without, a name before a wildcard, the longest
   * wildcard first. Values are IP addresses, `ip:port` to connect to another port, or lists of them.
   * They are used whatever `policy` says. Default: none.
   */
  hosts?: Hosts;
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
  /** Listeners, which are told of each server that is asked; takes `servers`. Default: none. */
  eventHandlers?: QueryEventHandlers;
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
  "eventHandlers",
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
  const caches = readTtl(options) !== 0;
  return lookupOf({ ...options, caches }, finder(options), SYSTEM_CLOCK);
}

function checkOptions(options: CreateLookupOptions): void {
  checkNames("dns.createLookup", options, NAMES);
  const { select = "random", policy = "preferIPv4", blockedHosts = [] } = options;
  read.checkChoice("select", select, SELECTS);
  read.checkChoice("policy", policy, POLICIES);
  if (Array.isArray(blockedHosts)) return;
  throw new OptionError("blockedHosts", `blockedHosts must be a list: ${String(blockedHosts)}`);
}
