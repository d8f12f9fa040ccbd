import { OptionError, parseIp } from "../../internal/mod.ts";
import { type IpRange, isInRange, parseIpRange } from "../_ip_range.ts";

/** Addresses that must not be connected to. */
export interface Blocked {
  /** The first range, as it was written, that has the IP address; undefined when none has. */
  rangeOf(ip: string): string | undefined;
}

interface Range extends IpRange {
  readonly text: string;
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
      return bytes === null ? undefined : ranges.find((range) => isInRange(bytes, range))?.text;
    },
  };
}

function readRange(cidr: unknown): Range {
  const range = typeof cidr === "string" ? parseIpRange(cidr) : null;
  if (range !== null) return { text: String(cidr), ...range };
  throw new OptionError(
    "blockedRanges",
    `blocked range ${JSON.stringify(String(cidr))} is invalid: ` +
      "write an IP address or a range such as 10.0.0.0/8",
  );
}
