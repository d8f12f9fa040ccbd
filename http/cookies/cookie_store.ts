import { type CookieUrl, domainMatches, pathMatches } from "./cookie_url.ts";

/** Most cookies of one domain; the oldest goes out. */
export const MAX_COOKIES_PER_DOMAIN = 180;

/** Most cookies of one jar; the oldest goes out. */
export const MAX_COOKIES = 3000;

/** A cookie that was taken. */
export interface StoredCookie {
  /** Never empty. */
  readonly name: string;
  /** As it is sent. */
  readonly value: string;
  /** The host that set it, or the domain that it is for. */
  readonly domain: string;
  /** Whether it goes to hosts below `domain` too. */
  readonly subdomains: boolean;
  /** Where it goes, and below. */
  readonly path: string;
  /** Whether it goes over secure connections only. */
  readonly secure: boolean;
  /** Whether documents may not see it; means nothing here. */
  readonly httpOnly: boolean;
  /** Milliseconds since 1970; Infinity when it lives as long as its jar. */
  readonly expiresAt: number;
}

interface Entry extends StoredCookie {
  /** Place in the order of creation, which replacing does not change. */
  readonly created: number;
  /** Place in the order of setting: the least one is the oldest. */
  readonly set: number;
}

/** The cookies of a jar (RFC 6265 §5.3), each known by its name, domain and path. */
export class CookieStore {
  /** By domain, then by name and path; each map in the order of setting. */
  readonly #domains = new Map<string, Map<string, Entry>>();
  #count = 0;
  #sequence = 0;
  /** No cookie ends before this moment. */
  #nextExpiry = Infinity;

  /** How many there are. */
  get size(): number {
    return this.#count;
  }

  /** All of them. */
  *[Symbol.iterator](): Generator<StoredCookie> {
    for (const entries of this.#domains.values()) yield* entries.values();
  }

  /** All of them in the order they were made. */
  inOrder(): StoredCookie[] {
    const entries = Array.from(this.#domains.values(), (domain) => [...domain.values()]).flat();
    return entries.sort((a, b) => a.created - b.created);
  }

  /** Adds a cookie, in the place of one with the same name, domain and path. */
  put(cookie: StoredCookie): void {
    let entries = this.#domains.get(cookie.domain);
    if (entries === undefined) this.#domains.set(cookie.domain, entries = new Map());
    const key = keyOf(cookie);
    const place = this.#sequence++;
    const replaced = entries.get(key);
    if (replaced !== undefined) this.remove(replaced);
    else if (entries.size >= MAX_COOKIES_PER_DOMAIN) this.remove(first(entries));
    else if (this.#count >= MAX_COOKIES) this.remove(this.#oldest());
    // Removing the last of a domain forgets its map.
    this.#domains.set(cookie.domain, entries);
    entries.set(key, { ...cookie, created: replaced?.created ?? place, set: place });
    this.#count++;
    this.#nextExpiry = Math.min(this.#nextExpiry, cookie.expiresAt);
  }

  /** Takes a cookie out; false when it wasn't there. */
  remove(cookie: Pick<StoredCookie, "name" | "domain" | "path">): boolean {
    const entries = this.#domains.get(cookie.domain);
    if (entries === undefined || !entries.delete(keyOf(cookie))) return false;
    if (entries.size === 0) this.#domains.delete(cookie.domain);
    this.#count--;
    return true;
  }

  /** Takes out what has ended; false when nothing had. Costs a comparison until something has. */
  expire(now: () => number): boolean {
    if (this.#nextExpiry === Infinity) return false;
    const moment = now();
    if (this.#nextExpiry > moment) return false;
    const before = this.#count;
    this.#nextExpiry = Infinity;
    for (const cookie of [...this]) {
      if (cookie.expiresAt <= moment) this.remove(cookie);
      else this.#nextExpiry = Math.min(this.#nextExpiry, cookie.expiresAt);
    }
    return this.#count < before;
  }

  /** What goes to a URL: longer paths first, then what was created first (RFC 6265 §5.4). */
  matching(url: CookieUrl): StoredCookie[] {
    const found: Entry[] = [];
    for (const domain of domainsOf(url)) {
      for (const entry of this.#domains.get(domain)?.values() ?? []) {
        if (domain !== url.host && !entry.subdomains) continue;
        if (entry.secure && !url.trusted) continue;
        if (pathMatches(url.path, entry.path)) found.push(entry);
      }
    }
    return found.sort((a, b) => b.path.length - a.path.length || a.created - b.created);
  }

  /**
   * Whether a cookie from an insecure place would stand before a secure one of the same name, which
   * it may not (RFC 6265bis §5.7).
   */
  hidesSecure(cookie: StoredCookie, url: CookieUrl): boolean {
    for (const entry of this) {
      if (!entry.secure || entry.name !== cookie.name) continue;
      const related = domainMatches(url, entry.domain) ||
        entry.domain.endsWith(`.${cookie.domain}`);
      if (related && pathMatches(cookie.path, entry.path)) return true;
    }
    return false;
  }

  /** The oldest of all: one of the oldest of each domain. */
  #oldest(): Entry {
    let oldest: Entry | undefined;
    for (const entries of this.#domains.values()) {
      const entry = first(entries);
      if (oldest === undefined || entry.set < oldest.set) oldest = entry;
    }
    return oldest!;
  }
}

/** No name has an equals sign in it. */
function keyOf({ name, path }: Pick<StoredCookie, "name" | "path">): string {
  return `${name}=${path}`;
}

function first(entries: ReadonlyMap<string, Entry>): Entry {
  return entries.values().next().value!;
}

/** A host and all domains that it is in. */
function domainsOf({ host, isIp }: CookieUrl): string[] {
  const domains = [host];
  if (isIp) return domains;
  for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".", dot + 1)) {
    domains.push(host.slice(dot + 1));
  }
  return domains;
}
