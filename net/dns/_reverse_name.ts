import { parseIp } from "../../internal/mod.ts";

/** The name that an address's PTR records are kept under (RFC 1035 §3.5, RFC 3596 §2.5). */
export function reverseName(ip: string): string {
  const bytes = [...parseIp(ip)!].reverse();
  if (bytes.length === 4) return `${bytes.join(".")}.in-addr.arpa`;
  const digits = bytes.flatMap((byte) => [byte & 15, byte >> 4]);
  return `${digits.map((digit) => digit.toString(16)).join(".")}.ip6.arpa`;
}
