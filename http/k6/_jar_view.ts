import { CookieJar } from "../cookies/mod.ts";

/** A jar for a client that is another one at each look: that of the iteration. */
export class JarView extends CookieJar {
  readonly #current: () => CookieJar;

  constructor(current: () => CookieJar) {
    super();
    this.#current = current;
  }

  override get empty(): boolean {
    return this.#current().empty;
  }

  override header(url: string): string | null {
    return this.#current().header(url);
  }

  override store(url: string, setCookie: readonly string[]): void | Promise<void> {
    return this.#current().store(url, setCookie);
  }
}

/** A cookie of one call. */
export interface OwnCookie {
  readonly name: string;
  readonly value: string;
  /** Whether it takes the place of the jar's cookies of this name, rather than being sent beside them. */
  readonly replace: boolean;
}

/**
 * A jar with the cookies of one call in it, which go to the host of the call and to no other, and
 * are not kept.
 */
export class CallJar extends JarView {
  readonly #jar: CookieJar;
  readonly #own: readonly OwnCookie[];
  readonly #host: string;

  /** @param url of the call */
  constructor(jar: CookieJar, own: readonly OwnCookie[], url: string) {
    super(() => jar);
    this.#jar = jar;
    this.#own = own;
    this.#host = hostOf(url);
  }

  override get empty(): boolean {
    return false;
  }

  override header(url: string): string | null {
    if (hostOf(url) !== this.#host) return this.#jar.header(url);
    const values = new Map(Object.entries(this.#jar.cookiesForURL(url)));
    for (const { name, value, replace } of this.#own) {
      values.set(name, replace ? [value] : [...values.get(name) ?? [], value]);
    }
    return Array.from(values, ([name, list]) => list.map((value) => `${name}=${value}`))
      .flat().join("; ");
  }
}

function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? "";
}
