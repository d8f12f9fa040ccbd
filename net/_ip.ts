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
