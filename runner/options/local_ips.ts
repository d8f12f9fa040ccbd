import { ipVersionOf, OptionError } from "../../internal/mod.ts";
import { ipToNumber, numberToIp } from "./_ip.ts";
import type { Plain } from "./_snapshot.ts";
import { badValue, isList } from "./_values.ts";

const MAX_ADDRESSES = 10_000;

/**
 * Reads `localIPs`: addresses, ranges `from-to` and CIDR ranges, as a list or as text with commas
 * (k6's form). Ranges are written out; of an IPv4 network, its own address and its broadcast
 * address are left out.
 */
export function readLocalIps(value: Plain, path: string): readonly string[] | undefined {
  const parts = typeof value === "string" ? value.split(",") : value;
  if (!isList(parts)) throw badValue(path, "a list of addresses or ranges", value);
  const addresses: string[] = [];
  for (const part of parts) {
    const range = typeof part === "string" ? readRange(part.trim()) : null;
    if (range === null) {
      throw badValue(path, "IP addresses, from-to or ranges such as 10.0.0.0/24", part);
    }
    const { version, first, last } = range;
    if (last - first >= BigInt(MAX_ADDRESSES - addresses.length)) {
      throw new OptionError(path, `${path} comes to more than ${MAX_ADDRESSES} addresses`);
    }
    for (let ip = first; ip <= last; ip++) addresses.push(numberToIp(version, ip));
  }
  return addresses.length > 0 ? addresses : undefined;
}

interface Range {
  readonly version: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

function readRange(text: string): Range | null {
  const [, from = "", to = from] = /^([^-]*)(?:-([^-]*))?$/.exec(text) ?? [];
  const [, ip = "", prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(from) ?? [];
  const version = ipVersionOf(ip);
  if (version === 0) return null;
  if (prefix !== undefined) return text === from ? readNetwork(version, ip, Number(prefix)) : null;
  if (ipVersionOf(to) !== version) return null;
  const [first, last] = [ipToNumber(ip), ipToNumber(to)];
  return first <= last ? { version, first, last } : null;
}

function readNetwork(version: 4 | 6, ip: string, prefix: number): Range | null {
  const bits = version === 4 ? 32 : 128;
  if (prefix > bits) return null;
  const size = 1n << BigInt(bits - prefix);
  const first = ipToNumber(ip) / size * size;
  const last = first + size - 1n;
  const ends = version === 4 && prefix <= 30 ? 1n : 0n;
  return { version, first: first + ends, last: last - ends };
}
