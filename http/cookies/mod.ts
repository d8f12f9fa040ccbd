/**
 * Cookies (RFC 6265): a jar for each virtual user, and what a response sets.
 *
 * @module
 */
export type { CookieOptions } from "./cookie_options.ts";
export type { StoredCookie } from "./cookie_store.ts";
export { CookieJar } from "./jar.ts";
export { parseCookies, type ResponseCookie, type ResponseCookies } from "./response_cookies.ts";
export type { SerializedCookie, SerializedCookieJar } from "./serialized.ts";
