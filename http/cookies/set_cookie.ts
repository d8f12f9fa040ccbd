import { isFieldValue } from "../h1/mod.ts";
import { parseCookieDate } from "./cookie_date.ts";

/** Most bytes of a cookie's name and value together; longer ones are ignored, as in browsers. */
export const MAX_COOKIE_BYTES = 4096;

/** Most bytes of an attribute's value; longer attributes are ignored, as in browsers. */
export const MAX_ATTRIBUTE_BYTES = 1024;

/** Names that begin like this promise something (RFC 6265bis §4.1.3), whatever their case. */
const SECURE_PREFIX = "__secure-";
const HOST_PREFIX = "__host-";

/** What one `Set-Cookie` field says. */
export interface SetCookie {
  /** Never empty. */
  readonly name: string;
  /** As it was sent: quotes belong to it. */
  readonly value: string;
  /** Lower case, without its leading dot; null when there is none. */
  readonly domain: string | null;
  /** Begins with a slash; null when there is none. */
  readonly path: string | null;
  /** Whether it goes over secure connections only. */
  readonly secure: boolean;
  /** Whether documents may not see it; means nothing here. */
  readonly httpOnly: boolean;
  /** Seconds; 0 or less ends the cookie. Null when there is none. */
  readonly maxAge: number | null;
  /** Milliseconds since 1970; null when there is none. `maxAge` wins over it. */
  readonly expires: number | null;
}

/**
 * Reads one `Set-Cookie` field as RFC 6265bis §5.6 says: unknown and malformed attributes are
 * ignored, of two the last counts. `SameSite` is an unknown one: it is about documents.
 *
 * @returns null for what is no cookie: no `=`, no name, over 4096 bytes, control characters
 */
export function parseSetCookie(field: string): SetCookie | null {
  // Characters that could not be sent back make the field malformed.
  if (!isFieldValue(field)) return null;
  const end = field.indexOf(";");
  const pair = end < 0 ? field : field.slice(0, end);
  const equals = pair.indexOf("=");
  if (equals < 0) return null;
  const name = trim(pair.slice(0, equals));
  const value = trim(pair.slice(equals + 1));
  if (name === "" || name.length + value.length > MAX_COOKIE_BYTES) return null;
  const cookie = {
    name,
    value,
    domain: null as string | null,
    path: null as string | null,
    secure: false,
    httpOnly: false,
    maxAge: null as number | null,
    expires: null as number | null,
  };
  if (end < 0) return cookie;
  for (const attribute of field.slice(end + 1).split(";")) {
    const split = attribute.indexOf("=");
    const text = split < 0 ? "" : trim(attribute.slice(split + 1));
    if (text.length > MAX_ATTRIBUTE_BYTES) continue;
    switch (trim(split < 0 ? attribute : attribute.slice(0, split)).toLowerCase()) {
      case "domain":
        cookie.domain = text.replace(/^\./, "").toLowerCase() || null;
        break;
      case "path":
        cookie.path = text.startsWith("/") ? text : null;
        break;
      case "secure":
        cookie.secure = true;
        break;
      case "httponly":
        cookie.httpOnly = true;
        break;
      case "max-age":
        if (/^-?\d+$/.test(text)) cookie.maxAge = clamp(Number(text));
        break;
      case "expires":
        cookie.expires = parseCookieDate(text) ?? cookie.expires;
    }
  }
  return cookie;
}

/** Whether a cookie keeps what its name's prefix promises: `__Secure-` and `__Host-`. */
export function keepsPrefix(cookie: SetCookie): boolean {
  const name = cookie.name.toLowerCase();
  if (name.startsWith(SECURE_PREFIX)) return cookie.secure;
  if (!name.startsWith(HOST_PREFIX)) return true;
  return cookie.secure && cookie.domain === null && cookie.path === "/";
}

/** When a cookie ends, in ms since 1970; Infinity when it lives as long as its jar. */
export function expiryOf(cookie: SetCookie, now: number): number {
  if (cookie.maxAge !== null) return cookie.maxAge <= 0 ? -Infinity : now + cookie.maxAge * 1000;
  return cookie.expires ?? Infinity;
}

function clamp(seconds: number): number {
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, seconds));
}

/** Spaces and tabs only: `String.trim` takes a non-breaking space too, which is a byte of UTF-8. */
function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
