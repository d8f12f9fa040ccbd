import { mappedIpv4, parseIp } from "../internal/mod.ts";

/** Addresses that share their first bits: a range in CIDR notation (RFC 4632 §3.1), or a single one. */
export interface IpRange {
  /** An address of the range. */
  readonly bytes: Uint8Array;
  /** How many bits they share. */
  readonly prefix: number;
}

/**
 * Reads `10.0.0.0/8`, `fd00::/8` or an IP address; null for anything else. A range of IPv4 addresses
 * that is written as IPv6 (`::ffff:10.0.0.0/104`) is one of IPv4.
 */
export function parseIpRange(text: string): IpRange | null {
  const [, ip = "", length] = /^([^/]*)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? [];
  const bytes = parseIp(ip);
  if (bytes === null || Number(length ?? 0) > 8 * bytes.length) return null;
  const prefix = length === undefined ? 8 * bytes.length : Number(length);
  const mapped = prefix >= 96 ? mappedIpv4(bytes) : null;
  return mapped === null ? { bytes, prefix } : { bytes: mapped, prefix: prefix - 96 };
}

/** Whether a range has an IP address; an IPv4 one that is written as IPv6 may be in one of either. */
export function isInRange(ip: Uint8Array, range: IpRange): boolean {
  if (sharesPrefix(ip, range)) return true;
  const mapped = mappedIpv4(ip);
  return mapped !== null && sharesPrefix(mapped, range);
}

function sharesPrefix(ip: Uint8Array, { bytes, prefix }: IpRange): boolean {
  if (ip.length !== bytes.length) return false;
  const whole = prefix >> 3;
  for (let i = 0; i < whole; i++) if (ip[i] !== bytes[i]) return false;
  const mask = 0xff00 >> (prefix & 7) & 0xff;
  return (((ip[whole] ?? 0) ^ (bytes[whole] ?? 0)) & mask) === 0;
}
