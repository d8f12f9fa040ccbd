import { nearest, OptionError } from "../../internal/mod.ts";
import { HttpError } from "../errors.ts";
import { isFieldValue, isToken } from "../h1/mod.ts";
import { parseCookieDate } from "./cookie_date.ts";
import type { StoredCookie } from "./cookie_store.ts";
import { type CookieUrl, defaultPath, domainMatches } from "./cookie_url.ts";
import { keepsPrefix, MAX_ATTRIBUTE_BYTES, MAX_COOKIE_BYTES } from "./set_cookie.ts";

/** What a script may say of a cookie; k6's names with an underscore mean the same. */
export interface CookieOptions {
  /** The domain it is for, with all hosts below. Default: the URL's host alone. */
  domain?: string;
  /** Where it goes, and below. Default: the URL's path up to its last slash. */
  path?: string;
  /** When it ends: a date, its text as in `Set-Cookie`, or ms since 1970. Default: with the jar. */
  expires?: Date | string | number;
  /** Seconds until it ends; 0 or less ends it now. Wins over `expires`. */
  maxAge?: number;
  /** The same as `maxAge`. */
  "max_age"?: number;
  /** Whether it goes over secure connections only. Default false. */
  secure?: boolean;
  /** Kept and given back, without a meaning here. Default false. */
  httpOnly?: boolean;
  /** The same as `httpOnly`. */
  "http_only"?: boolean;
  /** `strict`, `lax` or `none`: accepted, without a meaning for a client that has no documents. */
  sameSite?: string;
}

const NAMES = [
  "domain",
  "path",
  "expires",
  "maxAge",
  "max_age",
  "secure",
  "httpOnly",
  "http_only",
  "sameSite",
];

/**
 * The cookie that a script sets. Its value never stands in an error.
 *
 * @throws {HttpError} `cookie_invalid` for a name, value, domain or path that can't be
 * @throws {OptionError} for options that don't exist or are of the wrong type
 */
export function readCookie(
  url: CookieUrl,
  name: string,
  value: string,
  options: CookieOptions,
  now: number,
): StoredCookie {
  for (const option of Object.keys(options)) checkName(option);
  const domain = read(options, "domain", "string")?.toLowerCase().replace(/^\./, "") ?? null;
  const path = read(options, "path", "string") ?? null;
  const secure = read(options, "secure", "boolean") ?? false;
  const httpOnly = read(options, "httpOnly", "boolean") ?? read(options, "http_only", "boolean");
  const maxAge = read(options, "maxAge", "number") ?? read(options, "max_age", "number") ?? null;
  checkSameSite(read(options, "sameSite", "string"));
  const expires = readExpires(options.expires);
  const shown = typeof name === "string" ? JSON.stringify(name.slice(0, 60)) : typeof name;
  if (typeof name !== "string" || !isToken(name)) {
    throw invalid(`cookie name ${shown} is not a token`);
  }
  if (typeof value !== "string" || !isFieldValue(value) || value.includes(";")) {
    throw invalid(`value of cookie ${shown} has a character that can't be sent`);
  }
  if (name.length + value.length > MAX_COOKIE_BYTES) {
    throw invalid(`cookie ${shown} has more than ${MAX_COOKIE_BYTES} bytes`);
  }
  if (domain !== null && !domainMatches(url, domain)) {
    throw invalid(`domain ${JSON.stringify(domain)} of cookie ${shown} is not that of ${url.host}`);
  }
  if (path !== null && !isCookiePath(path)) {
    throw invalid(`path of cookie ${shown} is ${JSON.stringify(path.slice(0, 60))}: begin with /`);
  }
  if (!keepsPrefix({ name, value, domain, path, secure, httpOnly: false, maxAge, expires })) {
    throw invalid(`cookie ${shown} is not what its prefix says: __Host- takes secure and path "/"`);
  }
  return {
    name,
    value,
    domain: domain ?? url.host,
    subdomains: domain !== null && domain.includes(".") && !url.isIp,
    path: path ?? defaultPath(url.path),
    secure,
    httpOnly: httpOnly ?? false,
    expiresAt: maxAge === null
      ? expires ?? Infinity
      : maxAge <= 0
      ? -Infinity
      : now + maxAge * 1000,
  };
}

function checkName(option: string): void {
  if (NAMES.includes(option)) return;
  const near = nearest(option, NAMES);
  throw new OptionError(
    option,
    `unknown cookie option ${option}${near ? ` (did you mean ${near}?)` : ""}`,
  );
}

interface Types {
  string: string;
  number: number;
  boolean: boolean;
}

function read<T extends keyof Types>(
  options: CookieOptions,
  name: keyof CookieOptions,
  type: T,
): Types[T] | undefined {
  const value: unknown = options[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === type && !Number.isNaN(value)) return value as Types[T];
  throw new OptionError(name, `${name} of a cookie is ${String(value)}: give a ${type}`);
}

function checkSameSite(value: string | undefined): void {
  if (value === undefined || ["strict", "lax", "none"].includes(value.toLowerCase())) return;
  throw new OptionError(
    "sameSite",
    `sameSite of a cookie is ${JSON.stringify(value)}: choose strict, lax or none`,
  );
}

function readExpires(value: Date | string | number | undefined): number | null {
  if (value === undefined || value === null) return null;
  const at = typeof value === "string"
    ? parseCookieDate(value) ?? Date.parse(value)
    : Number(value);
  if (Number.isNaN(at)) {
    throw new OptionError(
      "expires",
      `expires of a cookie is ${
        JSON.stringify(value)
      }: give a date like "Wed, 09 Jun 2027 10:18:14 GMT"`,
    );
  }
  return at;
}

function isCookiePath(path: string): boolean {
  return path.startsWith("/") && path.length <= MAX_ATTRIBUTE_BYTES && isFieldValue(path) &&
    !path.includes(";");
}

function invalid(message: string): HttpError {
  return new HttpError("cookie_invalid", "prepare", message);
}
