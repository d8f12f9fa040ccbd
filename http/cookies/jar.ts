import { type CookieOptions, readCookie } from "./cookie_options.ts";
import { byName } from "./by_name.ts";
import { CookieStore, type StoredCookie } from "./cookie_store.ts";
import { type CookieUrl, defaultPath, domainMatches, readCookieUrl } from "./cookie_url.ts";
import { isPublicSuffix, loadSuffixes, needsSuffixes } from "./public_suffix.ts";
import { deserialize, serialize, type SerializedCookieJar } from "./serialized.ts";
import {
  expiryOf,
  keepsPrefix,
  MAX_ATTRIBUTE_BYTES,
  parseSetCookie,
  type SetCookie,
} from "./set_cookie.ts";

/** Most bytes of a `Cookie` field; cookies that would make it longer are left out, the last first. */
export const MAX_HEADER_BYTES = 16 * 1024;

/** Versions are unique among all jars, so a version alone says which cookies there are. */
let versions = 0;

/**
 * Cookies of one virtual user (RFC 6265, with the rules of 6265bis for secure ones), with k6's
 * methods.
 *
 * It takes at most 4096 bytes a cookie, 180 cookies a domain and 3000 in all, the oldest going out.
 * What a server may not set is ignored and counted: cookies for other hosts and for public suffixes
 * (`com`, `github.io`), secure ones over `http:` (but for this very machine), `__Host-` and
 * `__Secure-` names without what they promise. `SameSite` has no meaning without documents, the
 * port never has one.
 *
 * An empty jar is a few words: one may be made for each iteration. The list of public suffixes is
 * loaded when a server first sets a cookie for a domain; all else happens at once.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { CookieJar } from "@downpour/downpour/http";
 *
 * const jar = new CookieJar();
 * jar.set("https://example.com/", "session", "abc", { path: "/shop", secure: true });
 * assert.equal(jar.header("https://example.com/shop/cart"), "session=abc");
 * assert.deepEqual(jar.cookiesForURL("https://example.com/"), {});
 * ```
 */
export class CookieJar {
  readonly #now: () => number;
  #store: CookieStore | null = null;
  #version = 0;
  #ignored = 0;

  /** An empty one. @param now the time in ms since 1970 */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Whether there is no cookie. */
  get empty(): boolean {
    return this.#current() === null;
  }

  /**
   * Changes with every change of the jar, the end of a cookie too, and is never that of another
   * jar, unless both are new: a `Cookie` field made for it is right as long as it is the same.
   */
  get version(): number {
    this.#current();
    return this.#version;
  }

  /** How many `Set-Cookie` fields were malformed or not for the server to set. */
  get ignored(): number {
    return this.#ignored;
  }

  /**
   * Takes the `Set-Cookie` fields of a response.
   *
   * @returns a promise when the list of public suffixes has to be loaded first, else nothing
   * @throws {HttpError} `cookie_invalid` when `url` is none
   */
  store(url: string, setCookie: readonly string[]): void | Promise<void> {
    if (setCookie.length === 0) return;
    const from = readCookieUrl(url);
    const cookies: SetCookie[] = [];
    for (const field of setCookie) {
      const cookie = parseSetCookie(field);
      if (cookie === null) this.#ignored++;
      else cookies.push(cookie);
    }
    const take = (): void => cookies.forEach((cookie) => this.#take(from, cookie));
    if (!cookies.some(({ domain }) => asksForSuffix(from, domain))) return take();
    return loadSuffixes().then(take);
  }

  /** The `Cookie` field for a URL; null when there is nothing to send. @throws {HttpError} `cookie_invalid` */
  header(url: string): string | null {
    let header = "";
    for (const { name, value } of this.#matching(url)) {
      const next = header === "" ? `${name}=${value}` : `${header}; ${name}=${value}`;
      if (next.length > MAX_HEADER_BYTES) break;
      header = next;
    }
    return header === "" ? null : header;
  }

  /** Values of the cookies for a URL, by name. @throws {HttpError} `cookie_invalid` */
  cookiesForURL(url: string): Record<string, string[]> {
    return byName(this.#matching(url), (cookie) => cookie.value);
  }

  /**
   * Sets a cookie as a server at `url` would; an `expires` or `maxAge` in the past takes it away.
   *
   * @throws {HttpError} `cookie_invalid`
   * @throws {OptionError} for options that don't exist or are of the wrong type
   */
  set(url: string, name: string, value: string, options: CookieOptions = {}): void {
    this.#put(readCookie(readCookieUrl(url), name, value, options, this.#now()));
  }

  /** Takes away all cookies that would go to a URL. @throws {HttpError} `cookie_invalid` */
  clear(url: string): void {
    this.#remove(this.#matching(url));
  }

  /** Takes away the cookies of a name that would go to a URL. @throws {HttpError} `cookie_invalid` */
  delete(url: string, name: string): void {
    this.#remove(this.#matching(url).filter((cookie) => cookie.name === name));
  }

  /**
   * All cookies, for `JSON.stringify` and {@link CookieJar.fromJSON}, in the form of the package
   * tough-cookie, which reads it too. Their values are secrets.
   */
  toJSON(): SerializedCookieJar {
    return serialize(this.#current()?.inOrder() ?? []);
  }

  /**
   * A jar with the cookies that `toJSON`, or tough-cookie's jar, gave: text of at most 16 Mi
   * characters or what it parses to, with at most 3000 cookies. What has ended is left out.
   *
   * @param now the time in ms since 1970
   * @throws {HttpError} `cookie_invalid` for something else, and for a cookie that can't be
   */
  static fromJSON(json: unknown, now: () => number = Date.now): CookieJar {
    const jar = new CookieJar(now);
    for (const cookie of deserialize(json, now())) jar.#put(cookie);
    return jar;
  }

  /** The store after what has ended went; null when nothing is in it. */
  #current(): CookieStore | null {
    if (this.#store?.expire(this.#now)) this.#changed();
    return this.#store;
  }

  #matching(url: string): StoredCookie[] {
    const to = readCookieUrl(url);
    return this.#current()?.matching(to) ?? [];
  }

  /** Takes or ignores a cookie that a server sets (RFC 6265bis §5.7). */
  #take(from: CookieUrl, cookie: SetCookie): void {
    const stored = accept(from, cookie, this.#now());
    const hides = stored !== null && !from.trusted && this.#store?.hidesSecure(stored, from);
    if (stored === null || hides) this.#ignored++;
    else this.#put(stored);
  }

  #put(cookie: StoredCookie): void {
    if (cookie.expiresAt <= this.#now()) return this.#remove([cookie]);
    this.#current();
    this.#store ??= new CookieStore();
    this.#store.put(cookie);
    this.#changed();
  }

  #remove(cookies: readonly StoredCookie[]): void {
    let removed = false;
    for (const cookie of cookies) removed = this.#store?.remove(cookie) || removed;
    if (removed) this.#changed();
  }

  #changed(): void {
    this.#version = ++versions;
    if (this.#store?.size === 0) this.#store = null;
  }
}

/** The cookie as it is kept; null when a server at `from` may not set it. */
function accept(from: CookieUrl, cookie: SetCookie, now: number): StoredCookie | null {
  const { name, value, secure, httpOnly } = cookie;
  const scope = scopeOf(from, cookie.domain);
  const path = cookie.path ?? defaultPath(from.path);
  if (scope === null || path.length > MAX_ATTRIBUTE_BYTES) return null;
  if ((secure && !from.trusted) || !keepsPrefix(cookie)) return null;
  return { name, value, ...scope, path, secure, httpOnly, expiresAt: expiryOf(cookie, now) };
}

/** Whom a cookie goes to; null when `domain` is not for the server to choose. */
function scopeOf(
  from: CookieUrl,
  domain: string | null,
): Pick<StoredCookie, "domain" | "subdomains"> | null {
  const hostOnly = { domain: from.host, subdomains: false };
  if (domain === null) return hostOnly;
  if (!domainMatches(from, domain)) return null;
  if (from.isIp) return hostOnly;
  if (!isPublicSuffix(domain)) return { domain, subdomains: true };
  return domain === from.host ? hostOnly : null;
}

/** Whether the list of public suffixes has to be loaded to take a cookie for `domain`. */
function asksForSuffix(from: CookieUrl, domain: string | null): boolean {
  return domain !== null && !from.isIp && domainMatches(from, domain) && needsSuffixes(domain);
}
