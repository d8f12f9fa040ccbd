/** Byte classes of RFC 9110 §5.6.2: 1 where a byte may stand in a token (method, field name). */
export const TOKEN: Uint8Array = new Uint8Array(256);
for (
  const char of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
) {
  TOKEN[char.charCodeAt(0)] = 1;
}

/** 1 where a byte may stand in a field value (RFC 9110 §5.5): HTAB, SP, visible, obs-text. */
export const FIELD: Uint8Array = new Uint8Array(256).map((_, byte) =>
  byte === 9 || (byte >= 0x20 && byte !== 0x7f) ? 1 : 0
);

/** True when `text` is a token: not empty, only token characters. */
export function isToken(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff || TOKEN[code] === 0) return false;
  }
  return text.length > 0;
}

/** True when `text` can be sent as a field value: Latin-1, no control characters but HTAB. */
export function isFieldValue(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff || FIELD[code] === 0) return false;
  }
  return true;
}

/** Carriage return, line feed, space, tab, colon. */
export const CR = 13;
/** Line feed. */
export const LF = 10;
/** Space. */
export const SP = 32;
/** Horizontal tab. */
export const HT = 9;
/** Colon. */
export const COLON = 58;

/** Text of Latin-1 bytes: what field values are on the wire. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}

/** True when `bytes[start, end)` equals `lower` without regard to case; `lower` is in lower case. */
export function equalsIgnoreCase(
  bytes: Uint8Array,
  start: number,
  end: number,
  lower: string,
): boolean {
  if (end - start !== lower.length) return false;
  for (let i = 0; i < lower.length; i++) {
    const byte = bytes[start + i]!;
    const folded = byte >= 65 && byte <= 90 ? byte | 0x20 : byte;
    if (folded !== lower.charCodeAt(i)) return false;
  }
  return true;
}
