import { OptionError } from "../../internal/mod.ts";
import { mappedIpv4, parseIp } from "../_ip.ts";

/** Addresses that must not be connected to. */
export interface Blocked {
  /** The first range, as it was written, that has the IP address; undefined when none has. */
  rangeOf(ip: string): string | undefined;
}

interface Range {
  readonly text: string;
  readonly bytes: Uint8Array;
  readonly prefix: number;
}

/**
 * Ranges of addresses in CIDR notation (`10.0.0.0/8`, `fd00::/8`), or single ones.
 *
 * An IPv4 address that is written as IPv6 (`::ffff:10.0.0.1`) is the IPv4 address, in ranges as well
 * as in what is looked for; it is also looked for among the IPv6 ranges. Other ways to carry an
 * IPv4 address in an IPv6 one (NAT64, 6to4) are not seen through: block their prefixes.
 *
 * @throws {OptionError} of the option `blockedRanges`, for what is neither an address nor a range
 */
export function blockedRanges(cidrs: readonly string[]): Blocked {
  if (!Array.isArray(cidrs)) {
    throw new OptionError("blockedRanges", `blocked ranges must be a list: ${String(cidrs)}`);
  }
  const ranges = cidrs.map(readRange);
  return {
    rangeOf(ip) {
      const bytes = parseIp(ip);
      if (bytes === null) return undefined;
      const mapped = mappedIpv4(bytes);
      return ranges.find((range) => has(range, bytes) || mapped !== null && has(range, mapped))
        ?.text;
    },
  };
}

function readRange(cidr: unknown): Range {
  const text = String(cidr);
  const [, ip = "", length] = /^([^/]*)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? [];
  const bytes = parseIp(ip);
  if (typeof cidr !== "string" || bytes === null || Number(length ?? 0) > 8 * bytes.length) {
    throw new OptionError(
      "blockedRanges",
      `blocked range ${JSON.stringify(text)} is invalid: ` +
        "write an IP address or a range such as 10.0.0.0/8",
    );
  }
  const prefix = length === undefined ? 8 * bytes.length : Number(length);
  const mapped = prefix >= 96 ? mappedIpv4(bytes) : null;
  return mapped === null ? { text, bytes, prefix } : { text, bytes: mapped, prefix: prefix - 96 };
}

function has(range: Range, address: Uint8Array): boolean {
  if (address.length !== range.bytes.length) return false;
  const whole = range.prefix >> 3;
  for (let i = 0; i < whole; i++) if (address[i] !== range.bytes[i]) return false;
  const mask = 0xff00 >> (range.prefix & 7) & 0xff;
  return (((address[whole] ?? 0) ^ (range.bytes[whole] ?? 0)) & mask) === 0;
}
