import type { LookupAddress } from "node:dns";
import { formatAddress } from "./address.ts";
import { NetError, netError } from "./errors.ts";

let dns: typeof import("node:dns") | undefined;
const MAX_REMEMBERED = 1024;
const byName = new Set<string>();

/**
 * The IP addresses of a host name in the order to try them, or null when the name is to be
 * connected to as it is.
 *
 * Deno grants hosts, not addresses: under `--allow-net=example.org:80` a connection to the name
 * may be made, but neither a lookup of it (which needs `example.org` without a port) nor a
 * connection to the address found. So the lookup is a step of its own only where both are granted,
 * for example under a bare `--allow-net`; otherwise Deno looks the name up while it connects, and
 * the time of that is part of `connectMs`. It costs no more: a lookup and a connection by address
 * together take less than a connection by name.
 */
export async function resolve(
  host: string,
  port: number,
  ipVersion: 0 | 4 | 6,
  stop: AbortSignal,
): Promise<string[] | null> {
  const key = `${host}:${port}`;
  if (ipVersion === 0 && (byName.has(key) || !granted(host))) return null;
  const found = (await lookup(host, ipVersion, stop)).map((entry) => entry.address);
  // With a version asked for, connecting by name could pick the other one: let it be refused.
  if (ipVersion !== 0 || found.every((ip) => granted(formatAddress({ host: ip, port })))) {
    return found;
  }
  if (byName.size >= MAX_REMEMBERED) byName.clear();
  byName.add(key);
  return null;
}

/** Asks the system's resolver, so that /etc/hosts counts; rejects with `stop.reason` if stopped. */
async function lookup(host: string, family: 0 | 4 | 6, stop: AbortSignal) {
  dns ??= await import("node:dns");
  const { lookup } = dns;
  const { promise, resolve, reject } = Promise.withResolvers<LookupAddress[]>();
  const onStop = () => reject(stop.reason);
  stop.addEventListener("abort", onStop);
  if (stop.aborted) onStop();
  else {
    lookup(host, { all: true, family }, (error, found) => {
      if (error) reject(lookupError(error, host));
      else if (found.length === 0) {
        reject(
          new NetError("dns_not_found", `lookup of ${host} failed: no address`, {
            phase: "lookup",
          }),
        );
      } else resolve(found);
    });
  }
  try {
    return await promise;
  } finally {
    stop.removeEventListener("abort", onStop);
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

function granted(host: string): boolean {
  try {
    return Deno.permissions.querySync({ name: "net", host }).state === "granted";
  } catch {
    return false; // Not a host in Deno's eyes: connecting to it says what is wrong.
  }
}
