import { VERSION } from "../../internal/mod.ts";
import { HttpError } from "../errors.ts";
import { isFieldValue } from "../h1/mod.ts";
import { MAX_COOKIES, type StoredCookie } from "./cookie_store.ts";
import { keepsPrefix, MAX_ATTRIBUTE_BYTES, parseSetCookie } from "./set_cookie.ts";

/** Most characters of a jar's JSON that are looked at. */
export const MAX_JSON_LENGTH: number = 16 * 1024 * 1024;
/** The last moment that a `Date` can be. */
const LAST_MOMENT = 8.64e15;

/** A cookie as the package tough-cookie serializes it; what else stands there is ignored. */
export interface SerializedCookie {
  /** Its name. */
  readonly key: string;
  /** As it is sent: it may be a secret. */
  readonly value: string;
  /** The host that set it, or the domain that it is for. */
  readonly domain: string;
  /** Whether it goes to that host alone. */
  readonly hostOnly: boolean;
  /** Where it goes, and below. */
  readonly path: string;
  /** Whether it goes over secure connections only. Default false. */
  readonly secure?: boolean;
  /** Kept and given back, without a meaning here. Default false. */
  readonly httpOnly?: boolean;
  /** When it ends (ISO 8601). Default: with its jar. */
  readonly expires?: string;
}

/** A jar as the package tough-cookie serializes it. */
export interface SerializedCookieJar {
  /** What wrote it. */
  readonly version: string;
  /** Of tough-cookie: always null here. */
  readonly storeType: null;
  /** Of tough-cookie: always true here. */
  readonly rejectPublicSuffixes: boolean;
  /** In the order they were made. */
  readonly cookies: readonly SerializedCookie[];
}

/** Cookies as tough-cookie would write them. */
export function serialize(cookies: readonly StoredCookie[]): SerializedCookieJar {
  return {
    version: `downpour@${VERSION}`,
    storeType: null,
    rejectPublicSuffixes: true,
    cookies: cookies.map(({ name, value, domain, subdomains, path, ...rest }) => ({
      ...{ key: name, value, domain, hostOnly: !subdomains, path },
      ...(rest.secure ? { secure: true } : {}),
      ...(rest.httpOnly ? { httpOnly: true } : {}),
      ...(rest.expiresAt === Infinity ? {} : { expires: isoOf(rest.expiresAt) }),
    })),
  };
}

function isoOf(moment: number): string {
  return new Date(Math.min(moment, LAST_MOMENT)).toISOString();
}

/**
 * Cookies from what `serialize` or tough-cookie made, as text or parsed. It is not trusted: each of
 * them is one that a server could have set, but for public suffixes, which aren't looked up.
 *
 * @throws {HttpError} `cookie_invalid`, without values, which are secrets
 */
export function deserialize(json: unknown, now: number): StoredCookie[] {
  const jar = typeof json === "string" ? parse(json) : json;
  const cookies = isRecord(jar) ? jar["cookies"] : undefined;
  if (!Array.isArray(cookies)) {
    throw invalid("a jar's JSON has no list of cookies: give what toJSON gave");
  }
  if (cookies.length > MAX_COOKIES) {
    throw invalid(`a jar's JSON has ${cookies.length} cookies: ${MAX_COOKIES} is the most`);
  }
  return cookies.map((cookie: unknown, index) => readCookie(cookie, `cookie ${index}`, now));
}

function parse(text: string): unknown {
  if (text.length > MAX_JSON_LENGTH) {
    throw invalid(
      `a jar's JSON has ${text.length} characters: ${MAX_JSON_LENGTH} is the most`,
    );
  }
  try {
    return JSON.parse(text);
  } catch { // The cause would show some of the text.
    throw invalid("a jar's JSON is none: give what toJSON gave");
  }
}

function readCookie(given: unknown, what: string, now: number): StoredCookie {
  if (!isRecord(given)) throw wrong(what, "is no object");
  const { key: name, value, domain, path = "/" } = given;
  const pair = typeof name === "string" && typeof value === "string" && !name.includes("=") &&
    parseSetCookie(`${name}=${value}`);
  if (!pair || pair.name !== name || pair.value !== value) {
    throw wrong(what, "has a key or a value that can't be sent");
  }
  if (typeof domain !== "string" || !isHost(domain)) throw wrong(what, "has a domain that is none");
  if (typeof path !== "string" || !isPath(path)) throw wrong(what, "has a path that is none");
  const secure = readFlag(given, "secure", what);
  const httpOnly = readFlag(given, "httpOnly", what);
  readFlag(given, "hostOnly", what);
  const subdomains = given["hostOnly"] === false; // Without a word it goes to one host: fewer see it.
  if (subdomains && (!domain.includes(".") || isIp(domain))) {
    throw wrong(what, "is for all hosts below a domain that has none");
  }
  const cookie = { name, value, domain, subdomains, path, secure, httpOnly };
  if (!keepsPrefix({ ...pair, domain: subdomains ? domain : null, path, secure })) {
    throw wrong(what, "is not what the prefix of its key says");
  }
  return { ...cookie, expiresAt: readEnd(given, what, now) };
}

/** `maxAge` wins over `expires`, and counts from when the cookie was used last. */
function readEnd(cookie: Record<string, unknown>, what: string, now: number): number {
  const { maxAge, expires, lastAccessed, creation } = cookie;
  if (maxAge === "Infinity") return Infinity;
  if (maxAge !== undefined && maxAge !== null) {
    if (maxAge === "-Infinity" || (typeof maxAge === "number" && maxAge <= 0)) return -Infinity;
    if (typeof maxAge !== "number") throw wrong(what, "has a maxAge that is no number");
    return readDate(lastAccessed ?? creation ?? now, what) + maxAge * 1000;
  }
  if (expires === undefined || expires === null || expires === "Infinity") return Infinity;
  return readDate(expires, what);
}

function readDate(value: unknown, what: string): number {
  const at = typeof value === "string" ? Date.parse(value) : value;
  if (typeof at === "number" && Number.isFinite(at)) return at;
  throw wrong(what, "has a date that is none");
}

function readFlag(cookie: Record<string, unknown>, name: string, what: string): boolean {
  const value = cookie[name] ?? false;
  if (typeof value === "boolean") return value;
  throw wrong(what, `has a ${name} that is neither true nor false`);
}

/** A host name or an IP address in the form that URLs have it. */
function isHost(domain: string): boolean {
  return domain.length <= 255 && URL.parse(`http://${domain}/`)?.hostname === domain;
}

function isIp(domain: string): boolean {
  return domain.startsWith("[") || /^\d+\.\d+\.\d+\.\d+$/.test(domain);
}

function isPath(path: string): boolean {
  return path.startsWith("/") && path.length <= MAX_ATTRIBUTE_BYTES && isFieldValue(path) &&
    !path.includes(";");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function wrong(what: string, why: string): HttpError {
  return invalid(`${what} of a jar's JSON ${why}`);
}

function invalid(message: string): HttpError {
  return new HttpError("cookie_invalid", "prepare", message);
}
