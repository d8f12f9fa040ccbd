/**
 * DER (X.690), as much as certificates need.
 *
 * @module
 */

/** Bytes with a tag and their length in front. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = contents.reduce((sum, { length }) => sum + length, 0);
  const head = size < 0x80
    ? [tag, size]
    : size < 0x100
    ? [tag, 0x81, size]
    : [tag, 0x82, size >> 8, size & 0xff];
  const bytes = new Uint8Array(head.length + size);
  bytes.set(head);
  let at = head.length;
  for (const content of contents) {
    bytes.set(content, at);
    at += content.length;
  }
  return bytes;
}

/** A SEQUENCE. */
export const sequence = (...items: readonly Uint8Array[]): Uint8Array<ArrayBuffer> =>
  der(0x30, ...items);

/** An OBJECT IDENTIFIER, as in `2.5.29.17`. */
export function oid(text: string): Uint8Array<ArrayBuffer> {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const groups = [part & 0x7f];
    for (let left = part >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(0x06, Uint8Array.from(bytes));
}

/** An INTEGER that is not negative, from its bytes. */
export function integer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const short = bytes.subarray(start);
  // The first bit is the sign.
  return (short[0] ?? 0) >= 0x80 ? der(0x02, Uint8Array.of(0), short) : der(0x02, short);
}

/** A BIT STRING of whole bytes, but for `unused` bits at its end. */
export const bitString = (bytes: Uint8Array, unused = 0): Uint8Array<ArrayBuffer> =>
  der(0x03, Uint8Array.of(unused), bytes);

/** An OCTET STRING. */
export const octets = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => der(0x04, bytes);

/** A UTF8String. */
export const utf8 = (text: string): Uint8Array<ArrayBuffer> =>
  der(0x0c, new TextEncoder().encode(text));

/** A time: UTCTime up to 2049, GeneralizedTime after (RFC 5280, section 4.1.2.5). */
export function time(date: Date): Uint8Array<ArrayBuffer> {
  const digits = date.toISOString().replace(/\.\d+Z$/, "Z").replace(/[-:T]/g, "");
  const text = new TextEncoder();
  return date.getUTCFullYear() < 2050
    ? der(0x17, text.encode(digits.slice(2)))
    : der(0x18, text.encode(digits));
}
