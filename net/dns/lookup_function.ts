import { type Address, parseAddress } from "../address.ts";
import { ipVersionOf } from "../../internal/mod.ts";
import { NetError } from "../errors.ts";

/** An address that a name was found to have. */
export interface LookupEntry {
  /** IP address, without brackets. */
  readonly address: string;
  /** Its version; must fit the address where it is given. */
  readonly family?: 4 | 6;
  /** A port to connect to instead of the one asked for. */
  readonly port?: number;
}

/**
 * What a lookup function may return: an IP address (also `ip:port`, `[ipv6]:port`, to connect to
 * another port), an entry, or a list of them in the order in which they are to be tried. Null,
 * undefined, an empty text or an empty list: the name has no address.
 */
export type LookupResult =
  | string
  | LookupEntry
  | readonly (string | LookupEntry)[]
  | null
  | undefined;

/** Finds the addresses of a name that is to be connected to: what sockets take as `lookup`. */
export type LookupFunction = (hostname: string, info: LookupInfo) =>
  | LookupResult
  | Promise<LookupResult>;

/** What a lookup is for. */
export interface LookupInfo {
  /** The port that is to be connected to. */
  readonly port: number;
  /** The IP version that is wanted; 0 for either. */
  readonly family: 0 | 4 | 6;
  /** Aborts when nobody waits for the result any more. */
  readonly signal: AbortSignal;
}

/** An address to connect to; without a port, the one asked for counts. */
export interface Found {
  /** IP address, without brackets. */
  readonly ip: string;
  /** The port to use instead. */
  readonly port: number | undefined;
}

/**
 * Checks what a lookup function returned.
 *
 * @throws {NetError} `dns_not_found` when it found nothing, `dns_failed` when it returned something
 * that isn't an address
 */
export function readLookupResult(result: unknown, hostname: string): Found[] {
  const nothing = result === null || result === undefined || result === "";
  const entries: unknown[] = nothing ? [] : Array.isArray(result) ? result : [result];
  if (entries.length === 0) throw failed(hostname, "lookup returned no address", "dns_not_found");
  return entries.map((entry) => readEntry(entry, hostname));
}

function readEntry(entry: unknown, hostname: string): Found {
  if (typeof entry === "string") {
    if (ipVersionOf(entry) !== 0) return { ip: entry, port: undefined };
    const { host, port } = parse(entry) ?? {};
    if (host !== undefined && ipVersionOf(host) !== 0) return { ip: host, port };
    throw nonsense(entry, hostname);
  }
  if (typeof entry !== "object" || entry === null) throw nonsense(entry, hostname);
  const { address, family, port } = entry as Record<string, unknown>;
  const version = typeof address === "string" ? ipVersionOf(address) : 0;
  if (version === 0) throw nonsense(address ?? entry, hostname);
  if (family !== undefined && family !== version) {
    throw failed(hostname, `lookup returned family ${shown(family)} for the address ${address}`);
  }
  if (port !== undefined && !isPort(port)) {
    throw failed(hostname, `lookup returned the port ${shown(port)}, it must be 1 to 65535`);
  }
  return { ip: address as string, port: port as number | undefined };
}

function parse(text: string): Address | null {
  try {
    return parseAddress(text);
  } catch {
    return null;
  }
}

function isPort(port: unknown): boolean {
  return Number.isInteger(port) && (port as number) >= 1 && (port as number) <= 65_535;
}

function nonsense(value: unknown, hostname: string): NetError {
  return failed(hostname, `lookup returned ${shown(value)}, which is not an IP address`);
}

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 300));
  return typeof value === "object" ? Object.prototype.toString.call(value) : String(value);
}

function failed(
  hostname: string,
  reason: string,
  code: "dns_failed" | "dns_not_found" = "dns_failed",
): NetError {
  return new NetError(code, `lookup of ${hostname} failed: ${reason}`, { phase: "lookup" });
}
