import { checkNames, ipVersionOf } from "../../internal/mod.ts";
import type { LookupAddress } from "node:dns";
import { granted } from "../_granted.ts";
import { NetError, netError } from "../errors.ts";
import * as read from "./_options.ts";

export {
  type Found,
  type LookupEntry,
  type LookupFunction,
  type LookupInfo,
  type LookupResult,
  readLookupResult,
} from "./lookup_function.ts";

/** How the system is asked. */
export interface LookupOptions {
  /** The IP version that is wanted; 0 for either. @default {0} */
  family?: 0 | 4 | 6;
  /** Return all addresses instead of the first. @default {false} */
  all?: boolean;
  /** Stops the waiting. */
  signal?: AbortSignal;
}

/** An address as `lookup` returns it with `all`. */
export interface FoundAddress {
  /** IP address. */
  readonly address: string;
  /** Its version. */
  readonly family: 4 | 6;
}

let dns: typeof import("node:dns") | undefined;
const NAMES = ["family", "all", "signal"];

/**
 * Asks the system for a name's addresses, so that `/etc/hosts` and the like count. Null when there
 * is no such name or it has no address of the wanted version, so that another way of finding one
 * can follow: `await lookup(name) || …`. An IP address is returned as it is.
 *
 * Deno lets a process look up only names that it may reach at any port: under `--allow-net=name:80`
 * this is refused, under `--allow-net=name` it is not.
 *
 * @throws {NetError} `dns_failed`, `permission_denied`, `generator_saturated`, `aborted`
 * @throws {OptionError} for an option that doesn't exist or a value out of its range
 */
export function lookup(
  host: string,
  options: LookupOptions & { all: true },
): Promise<FoundAddress[] | null>;
/** The first address alone. */
export function lookup(
  host: string,
  options?: LookupOptions & { all?: false },
): Promise<string | null>;
export async function lookup(
  host: string,
  options: LookupOptions = {},
): Promise<string | FoundAddress[] | null> {
  checkNames("dns.lookup", options, NAMES);
  const { family = 0, all = false, signal } = options;
  read.checkChoice("family", family, [0, 4, 6]);
  read.checkSignal(signal);
  const ips = await find(host, family, signal);
  if (ips.length === 0) return null;
  return all ? ips.map(describe) : ips[0]!;
}

async function find(
  host: string,
  family: 0 | 4 | 6,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const version = ipVersionOf(host);
  if (version !== 0) return family === 0 || family === version ? [host] : [];
  try {
    return await systemLookup(host, family, signal);
  } catch (error) {
    if (signal?.aborted) {
      throw new NetError("aborted", `lookup of ${host} aborted`, {
        phase: "lookup",
        cause: signal.reason,
      });
    }
    if (error instanceof NetError && error.code === "dns_not_found") return [];
    throw error;
  }
}

function describe(address: string): FoundAddress {
  return { address, family: ipVersionOf(address) === 4 ? 4 : 6 };
}

/**
 * The addresses of a name, as the system has and orders them.
 *
 * @throws {NetError} of the phase `lookup`; `signal.reason` when it aborts
 */
export async function systemLookup(
  host: string,
  family: 0 | 4 | 6,
  signal?: AbortSignal,
): Promise<string[]> {
  dns ??= await import("node:dns");
  const { promise, resolve, reject } = Promise.withResolvers<LookupAddress[]>();
  const onAbort = () => reject(signal!.reason);
  signal?.addEventListener("abort", onAbort);
  if (signal?.aborted) onAbort();
  else {
    dns.lookup(host, { all: true, family }, (error, found) => {
      if (error) reject(lookupError(error, host));
      else if (found.length === 0) reject(noAddress(host));
      else resolve(found);
    });
  }
  try {
    return [...new Set((await promise).map(({ address }) => address))];
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

function lookupError(cause: unknown, host: string): NetError {
  const error = netError(cause, "lookup", host);
  // Without a free descriptor the system's resolver reports that there is no such host.
  if (error.code === "dns_not_found" && granted("127.0.0.1:0")) {
    try {
      Deno.listen({ hostname: "127.0.0.1", port: 0 }).close();
    } catch (reason) {
      const own = netError(reason, "lookup", host);
      if (own.code === "generator_saturated") return own;
    }
  }
  return error;
}

function noAddress(host: string): NetError {
  return new NetError("dns_not_found", `lookup of ${host} failed: no address`, {
    phase: "lookup",
  });
}
