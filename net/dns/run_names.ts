import { type Clock, SYSTEM_CLOCK } from "../clock.ts";
import type { DnsSettings, NetSettings } from "../run/settings.ts";
import type { Find } from "./_finders.ts";
import { HostMap } from "./host_map.ts";
import { lookupOf } from "./_lookup_of.ts";
import { systemLookup } from "./lookup.ts";
import type { LookupFunction } from "./lookup_function.ts";

/** How a run gets from names to addresses. */
export interface RunNames {
  /** By `hosts`, then by a cache before the system's resolver. */
  readonly lookup: LookupFunction;
  /**
   * Whether the run says where a name is: then the system may not look it up while it connects, as it
   * does where only the name is granted.
   */
  decides(host: string, port: number): boolean;
}

/** k6's. */
const DNS: DnsSettings = { ttlMs: 300_000, select: "random", policy: "preferIPv4" };

/** The names of a run; its cache lives as long as the result. @throws {OptionError} */
export function runNames(
  { hosts = {}, dns }: Pick<NetSettings, "hosts" | "dns">,
  ask: typeof systemLookup = systemLookup,
  clock: Pick<Clock, "now" | "random"> = SYSTEM_CLOCK,
): RunNames {
  const { ttlMs, select, policy } = dns ?? DNS;
  const family = policy === "onlyIPv4" ? 4 : policy === "onlyIPv6" ? 6 : 0;
  const find: Find = async (host, signal) => ({
    ips: await ask(host, family, signal),
    ttlMs: ttlMs ?? Infinity,
  });
  const fixed = new HostMap("hosts", Object.keys(hosts).map((name) => [name, true] as const));
  return {
    lookup: lookupOf({ hosts, select, policy, caches: ttlMs !== 0 }, find, clock),
    decides: (host, port) => dns !== undefined || fixed.get(host, port) === true,
  };
}
