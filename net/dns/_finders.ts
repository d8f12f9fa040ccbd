import { OptionError, parseDurationMs } from "../../internal/mod.ts";
import { NetError } from "../errors.ts";
import type { Addresses } from "./_name_cache.ts";
import * as read from "./_options.ts";
import type { Policy } from "./_order.ts";
import { systemLookup } from "./lookup.ts";
import { query, type QueryOptions } from "./query.ts";
import { checkQueryHandlers, type QueryEventHandlers } from "./query_events.ts";
import { pick, type Picked } from "./resolve.ts";

/** Finds a name's addresses. Rejects with a `NetError`, or with `signal.reason` when it aborts. */
export type Find = (host: string, signal: AbortSignal) => Promise<Addresses>;

/** Where addresses come from. */
export interface FinderOptions {
  /** IP versions that are of use. */
  readonly policy?: Policy;
  /** How long addresses may be kept. */
  readonly ttl?: number | string;
  /** DNS servers in place of the system's resolver. */
  readonly servers?: readonly string[];
  /** Limit of one server's try. */
  readonly timeout?: number | string;
  /** The transport to `servers`. */
  readonly protocol?: "udp" | "tcp";
  /** Told of each of `servers` that is asked. */
  readonly eventHandlers?: QueryEventHandlers;
}

const MAX_RECORD_TTL_MS = 86_400_000;

/**
 * The finder that options ask for: the system's resolver, or DNS servers.
 *
 * @throws {OptionError} for a value out of its range, or without the `servers` that it is for
 */
export function finder(options: FinderOptions): Find {
  const { policy = "preferIPv4", servers, timeout, protocol, eventHandlers } = options;
  const ttlMs = readTtl(options);
  if (servers === undefined) {
    refuseWithoutServers("timeout", timeout);
    refuseWithoutServers("protocol", protocol);
    refuseWithoutServers("eventHandlers", eventHandlers, "doesn't tell of its queries");
    return systemFinder(policy, ttlMs ?? 0);
  }
  read.readServers(servers);
  if (timeout !== undefined) read.readTimeout(timeout);
  if (protocol !== undefined) read.checkChoice("protocol", protocol, ["udp", "tcp"]);
  checkQueryHandlers(eventHandlers);
  const asked: QueryOptions = {
    servers: [...servers],
    ...(timeout === undefined ? {} : { timeout }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(eventHandlers === undefined ? {} : { eventHandlers }),
  };
  return serverFinder(policy, ttlMs, asked);
}

/** Milliseconds that addresses are kept; undefined for as long as their records say. */
export function readTtl({ ttl = "5m", servers }: FinderOptions): number | undefined {
  if (ttl === "inf") return Infinity;
  if (ttl !== "record") return parseDurationMs(ttl, "ttl");
  if (servers !== undefined) return undefined;
  throw new OptionError("ttl", 'ttl "record" goes with servers: the system tells no lifetimes');
}

function refuseWithoutServers(name: string, value: unknown, why: string = "has its own"): void {
  if (value === undefined) return;
  throw new OptionError(name, `${name} goes with servers: the system's resolver ${why}`);
}

function systemFinder(policy: Policy, ttlMs: number): Find {
  const family = policy === "onlyIPv4" ? 4 : policy === "onlyIPv6" ? 6 : 0;
  return async (host, signal) => ({ ips: await systemLookup(host, family, signal), ttlMs });
}

function serverFinder(policy: Policy, ttlMs: number | undefined, asked: QueryOptions): Find {
  const types = typesOf(policy);
  return async (host, signal) => {
    const ask = async (rrtype: "A" | "AAAA") =>
      pick(await query(host, { ...asked, rrtype, signal }), host, rrtype);
    const results = await Promise.allSettled(types.map(ask));
    signal.throwIfAborted();
    const found = any(results);
    const lifetimeMs = Math.min(...found.map(({ ttl }) => ttl * 1000), MAX_RECORD_TTL_MS);
    return { ips: found.flatMap(({ data }) => data), ttlMs: ttlMs ?? lifetimeMs };
  };
}

function typesOf(policy: Policy): readonly ("A" | "AAAA")[] {
  if (policy === "onlyIPv4") return ["A"];
  return policy === "onlyIPv6" ? ["AAAA"] : ["A", "AAAA"];
}

/** What was found. Only when that is nothing a failure counts, a real one before "not found". */
function any<T extends Picked<"A" | "AAAA">>(results: readonly PromiseSettledResult<T>[]): T[] {
  const found = results.filter((result) => result.status === "fulfilled");
  if (found.length > 0) return found.map(({ value }) => value);
  const reasons = results.flatMap((result) => result.status === "rejected" ? [result.reason] : []);
  throw reasons.find((reason) =>
    !(reason instanceof NetError && reason.code === "dns_not_found")
  ) ??
    reasons[0];
}
