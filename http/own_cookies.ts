import { checkNames, OptionError } from "../internal/mod.ts";
import type { CookieJar } from "./cookies/mod.ts";
import { HttpError } from "./errors.ts";
import { isFieldValue, isToken } from "./h1/mod.ts";

/**
 * A cookie of a client, a request or a call: its value, or the value and whether it takes the place
 * of the jar's cookies of this name rather than being sent beside them (default false, as in k6).
 */
export type CookieInput = string | { readonly value: string; readonly replace?: boolean };

/** Cookies by name; null: none of this name is sent, not the jar's either. */
export type CookiesInput = Readonly<Record<string, CookieInput | null>>;

/** One of them; `value` is null when none of its name is sent. */
interface OwnCookie {
  readonly value: string | null;
  readonly replace: boolean;
}

/** Cookies that options bring, by name. */
export type OwnCookies = ReadonlyMap<string, OwnCookie>;

/**
 * Reads the option `cookies` over inherited ones, by name; undefined without any. Values never stand
 * in an error.
 *
 * @throws {HttpError} `cookie_invalid`
 * @throws {OptionError} for something else than text, or an object with `value` and `replace`
 */
export function readCookies(
  cookies: CookiesInput | undefined,
  inherited?: OwnCookies,
): OwnCookies | undefined {
  if (cookies === undefined) return inherited;
  if (typeof cookies !== "object" || cookies === null || Array.isArray(cookies)) {
    throw new OptionError("cookies", "cookies must be an object of names and values");
  }
  const all = new Map(inherited);
  for (const [name, given] of Object.entries(cookies)) all.set(name, readCookie(name, given));
  return all.size === 0 ? undefined : all;
}

function readCookie(name: string, given: CookieInput | null): OwnCookie {
  const shown = `cookie ${JSON.stringify(name.slice(0, 60))}`;
  const isObject = typeof given === "object" && given !== null && !Array.isArray(given);
  if (isObject) checkNames(shown, given, ["value", "replace"]);
  const { value, replace = false } = isObject ? given : { value: given };
  if (value !== null && !["string", "number", "boolean"].includes(typeof value)) {
    throw new OptionError("cookies", `${shown} is ${typeof value}: give text`);
  }
  const text = value === null ? null : String(value);
  if (!isToken(name) || (text !== null && (!isFieldValue(text) || text.includes(";")))) {
    throw new HttpError("cookie_invalid", "prepare", `${shown} has a character that can't be sent`);
  }
  return { value: text, replace };
}

/** The `Cookie` field for a URL, of a jar's cookies and those of options; null for none. */
export function cookieField(
  jar: CookieJar | undefined,
  own: OwnCookies | undefined,
  url: string,
): string | null {
  const kept = jar === undefined || jar.empty ? null : jar.header(url);
  if (own === undefined) return kept;
  const pairs = kept?.split("; ").filter((pair) => {
    const cookie = own.get(pair.slice(0, pair.indexOf("=")));
    return cookie === undefined || (cookie.value !== null && !cookie.replace);
  }) ?? [];
  for (const [name, { value }] of own) if (value !== null) pairs.push(`${name}=${value}`);
  return pairs.length === 0 ? null : pairs.join("; ");
}
