import { equalsIgnoreCase, HT, SP, TOKEN } from "../../h1/syntax.ts";

/** What a response's field means to its reader; each table entry keeps its own. */
export const PLAIN = 0;
/** `:status` of three digits. */
export const STATUS = 1;
/** `content-length` of up to 15 digits. */
export const LENGTH = 2;
/** Any other pseudo-field. */
export const PSEUDO = 3;
/** Belongs to a connection of HTTP/1.1 (RFC 9113 §8.2.2). */
export const CONNECTION = 4;
/** A name that is not a token in lower case, or a value with what can't be in one (§8.2.1). */
export const MALFORMED = 5;
/** `te`: for names alone; its value makes it plain or one of a connection. */
export const TE = 6;

const COLON = 0x3a;
const NAME = TOKEN.map((is, byte) => byte >= 0x41 && byte <= 0x5a ? 0 : is);
const KNOWN: readonly (readonly [name: string, kind: number])[] = [
  [":status", STATUS],
  ["content-length", LENGTH],
  ["connection", CONNECTION],
  ["keep-alive", CONNECTION],
  ["proxy-connection", CONNECTION],
  ["transfer-encoding", CONNECTION],
  ["upgrade", CONNECTION],
  ["te", TE],
];

/** The kind that the name `bytes[start, end)` makes a field, whatever its value. */
export function kindOfName(bytes: Uint8Array, start: number, end: number): number {
  const first = bytes[start] === COLON ? start + 1 : start;
  if (first === end) return MALFORMED;
  for (let i = first; i < end; i++) if (NAME[bytes[i]!] === 0) return MALFORMED;
  for (const [name, kind] of KNOWN) {
    if (name.length === end - start && equalsIgnoreCase(bytes, start, end, name)) return kind;
  }
  return first === start ? PLAIN : PSEUDO;
}

/** The kind of a field with a name of kind `name` and the value `bytes[start, end)`. */
export function kindOfField(name: number, bytes: Uint8Array, start: number, end: number): number {
  if (end > start && (isBlank(bytes[start]!) || isBlank(bytes[end - 1]!))) return MALFORMED;
  switch (name) {
    case STATUS:
      return end - start === 3 && digits(bytes, start, end) >= 100 ? STATUS : MALFORMED;
    case LENGTH:
      return digits(bytes, start, end) >= 0 ? LENGTH : MALFORMED;
    case TE:
      return equalsIgnoreCase(bytes, start, end, "trailers") ? PLAIN : CONNECTION;
    default:
      return name;
  }
}

/** The number that stands in `bytes[start, end)`, 1 to 15 digits; -1 when there is another thing. */
export function digits(bytes: Uint8Array, start: number, end: number): number {
  if (end === start || end - start > 15) return -1;
  let number = 0;
  for (let i = start; i < end; i++) {
    const digit = bytes[i]! - 0x30;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

function isBlank(byte: number): boolean {
  return byte === SP || byte === HT;
}
