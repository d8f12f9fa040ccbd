import {
  formatIp,
  ipVersionOf,
  isLoopback,
  mappedIpv4,
  OptionError,
  parseIp,
} from "../internal/mod.ts";
import { formatAddress } from "../net/mod.ts";
import type { StressPlan } from "../wasm/mod.ts";

/** Where a plan's sessions go. */
export interface StressPlace {
  /** The plan, its endpoints as addresses. */
  readonly plan: StressPlan;
  /** Endpoints as the script says them, with the address of a name: `localhost:9000 (127.0.0.1)`. */
  readonly shown: readonly string[];
  /** Those that are not this machine. */
  readonly foreign: readonly string[];
  /** What shards may reach: the endpoints, and for UDP an address to send from. */
  readonly allowNet: readonly string[];
}

/** Finds a name's address: one. @throws when there is none */
export type Resolve = (host: string) => Promise<string>;

/**
 * Resolves the names of a plan's endpoints, once for the whole run: the first IPv4 address, else the
 * first, as `UDP.open` does. So shards look nothing up, and may reach no other address.
 *
 * @throws {OptionError} for a name that has no address
 */
export async function placeOf(plan: StressPlan, resolve: Resolve = lookUp): Promise<StressPlace> {
  const { endpoints, transport } = plan.settings;
  const addresses = await Promise.all(endpoints.map(async ({ host, port }) => ({
    host: ipVersionOf(host) === 0 ? await resolve(host) : host,
    port,
  })));
  const shown = endpoints.map((endpoint, i) => {
    const address = addresses[i]!.host;
    const named = formatAddress(endpoint);
    return address === endpoint.host ? named : `${named} (${address})`;
  });
  const reached = addresses.map(formatAddress);
  const own = transport === "udp" ? addresses.map(({ host }) => ownAddress(host)) : [];
  return {
    plan: { ...plan, settings: { ...plan.settings, endpoints: addresses } },
    shown,
    foreign: shown.filter((_, i) => !isThisMachine(addresses[i]!.host)),
    allowNet: [...new Set([...reached, ...own])],
  };
}

/** Whether packets to an IP address stay on this machine: a loopback address, or one that maps to such. */
export function isThisMachine(ip: string): boolean {
  const bytes = parseIp(ip);
  const mapped = bytes === null ? null : mappedIpv4(bytes);
  return isLoopback(mapped === null ? ip : formatIp(mapped));
}

/** Where datagrams to an address are sent from. */
function ownAddress(ip: string): string {
  const v6 = ipVersionOf(ip) === 6;
  if (isThisMachine(ip)) return v6 ? "[::1]:0" : "127.0.0.1:0";
  return v6 ? "[::]:0" : "0.0.0.0:0";
}

async function lookUp(host: string): Promise<string> {
  const { lookup } = await import("../net/dns/mod.ts");
  const found = await lookup(host, { all: true });
  const address = found?.find(({ family }) => family === 4) ?? found?.[0];
  if (address !== undefined) return address.address;
  throw new OptionError("ENDPOINTS", `the endpoint ${host} has no address`);
}
