const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** 4 or 6 for an IP address, 0 for a name. */
export function ipVersionOf(host: string): 0 | 4 | 6 {
  return isIpv4(host) ? 4 : isIpv6(host) ? 6 : 0;
}

/** Whether a text is an IPv4 address in its usual form. */
export function isIpv4(host: string): boolean {
  return IPV4.test(host);
}

/** Whether a text is an IPv6 address, without brackets and zone. */
export function isIpv6(host: string): boolean {
  // A zone ("%eth0") can't be dialled, and URL doesn't take it.
  return host.includes(":") && /^[0-9a-f:.]+$/i.test(host) && URL.canParse(`http://[${host}]/`);
}

/**
 * The bytes of an IP address, 4 or 16 of them; null for anything else. A zone (`%eth0`) makes it
 * something else.
 */
export function parseIp(text: string): Uint8Array | null {
  const version = ipVersionOf(text);
  if (version === 4) return Uint8Array.from(text.split("."), Number);
  return version === 6 ? parseIpv6(text) : null;
}

/** The IPv4 address in an IPv4-mapped IPv6 one (`::ffff:10.0.0.1`, RFC 4291 §2.5.5.2), or null. */
export function mappedIpv4(bytes: Uint8Array): Uint8Array | null {
  const mapped = bytes.length === 16 && bytes[10] === 255 && bytes[11] === 255 &&
    bytes.subarray(0, 10).every((byte) => byte === 0);
  return mapped ? bytes.subarray(12) : null;
}

/** Whether an address is in 127.0.0.0/8 or is ::1. Names are not: they can mean anything. */
export function isLoopback(host: string): boolean {
  const bytes = parseIp(host);
  if (bytes?.length === 4) return bytes[0] === 127;
  return bytes !== null && bytes.every((byte, i) => byte === (i === 15 ? 1 : 0));
}

/** The text of an IP address: dotted, or as RFC 5952 has it. */
export function formatIp(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const words = Array.from({ length: 8 }, (_, i) => bytes[2 * i]! << 8 | bytes[2 * i + 1]!);
  if (words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff) {
    return `::ffff:${bytes.subarray(12).join(".")}`;
  }
  const { start, length } = longestZeros(words);
  const hex = words.map((word) => word.toString(16));
  if (length < 2) return hex.join(":");
  return `${hex.slice(0, start).join(":")}::${hex.slice(start + length).join(":")}`;
}

/** An IP address in the one form that `formatIp` has for it; other text stays. */
export function normalIp(text: string): string {
  const bytes = parseIp(text);
  return bytes === null ? text : formatIp(bytes);
}

function parseIpv6(text: string): Uint8Array {
  // URL writes it in one way (RFC 5952): groups in hexadecimal, the longest run of zeros as `::`.
  const { hostname } = new URL(`http://[${text}]/`);
  const [head = "", tail = ""] = hostname.slice(1, -1).split("::");
  const before = groups(head);
  const after = groups(tail);
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  before.forEach((group, index) => view.setUint16(2 * index, group));
  after.forEach((group, index) => view.setUint16(2 * (8 - after.length + index), group));
  return bytes;
}

function groups(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}

/** The first of the longest runs of zeros. */
function longestZeros(words: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [i, word] of words.entries()) {
    length = word === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: i - length + 1, length };
  }
  return best;
}
