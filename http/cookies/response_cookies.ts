import { byName } from "./by_name.ts";
import { parseSetCookie, type SetCookie } from "./set_cookie.ts";

/** A cookie that a response sets, in k6's shape: what the field said, whether a jar took it or not. */
export interface ResponseCookie {
  /** Never empty. */
  readonly name: string;
  /** As it was sent: quotes belong to it. */
  readonly value: string;
  /** Lower case, without its leading dot; "" when there is none. */
  readonly domain: string;
  /** Begins with a slash; "" when there is none. */
  readonly path: string;
  /** Whether it says `HttpOnly`. */
  readonly "http_only": boolean;
  /** Whether it says `Secure`. */
  readonly secure: boolean;
  /** Seconds; 0 when there is none, -1 when it ends the cookie. */
  readonly "max_age": number;
  /** Milliseconds since 1970; 0 when there is none. */
  readonly expires: number;
}

/** Cookies by name; a name that was set more often has more of them, in their order. */
export type ResponseCookies = Record<string, ResponseCookie[]>;

/** Reads the `Set-Cookie` fields of a response, for `response.cookies`. Malformed ones are left out. */
export function parseCookies(fields: readonly string[]): ResponseCookies {
  return byName(fields.map(parseSetCookie).filter((cookie) => cookie !== null), k6Cookie);
}

function k6Cookie(cookie: SetCookie): ResponseCookie {
  const { name, value, domain, path, secure, httpOnly, maxAge, expires } = cookie;
  return {
    name,
    value,
    domain: domain ?? "",
    path: path ?? "",
    "http_only": httpOnly,
    secure,
    "max_age": maxAge === null ? 0 : maxAge <= 0 ? -1 : maxAge,
    expires: expires ?? 0,
  };
}
