import { formatIp, parseIp } from "../../internal/mod.ts";

/** An IP address as a number, to count from. */
export function ipToNumber(ip: string): bigint {
  return (parseIp(ip) ?? new Uint8Array())
    .reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

/** The IP address of a number. */
export function numberToIp(version: 4 | 6, value: bigint): string {
  const count = version === 4 ? 4 : 16;
  const bytes = Uint8Array.from(
    { length: count },
    (_, i) => Number((value >> (8n * BigInt(count - 1 - i))) & 0xffn),
  );
  return formatIp(bytes);
}
