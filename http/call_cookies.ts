import { withCookie } from "./cookie_keeper.ts";
import type { CookieJar } from "./cookies/mod.ts";
import { cookieField, type OwnCookies } from "./own_cookies.ts";
import type { Prepared } from "./prepare.ts";
import type { Cookies } from "./settings.ts";

/**
 * The cookies of one call: those of its options go to the host that it names and to no other, at
 * every hop, and are not kept.
 */
export class CallCookies implements Cookies {
  readonly #kept: Cookies | null;
  readonly #own: OwnCookies;
  readonly #host: string;

  /** @param kept the client's; null for none @param host of the call's URL */
  constructor(kept: Cookies | null, own: OwnCookies, host: string) {
    this.#kept = kept;
    this.#own = own;
    this.#host = host;
  }

  get current(): CookieJar | undefined {
    return this.#kept?.current;
  }

  attach(request: Prepared): Prepared {
    const { hostname, url } = request.target;
    if (hostname !== this.#host) return this.#kept?.attach(request) ?? request;
    if (request.headers.has("cookie")) return request;
    const value = cookieField(this.current, this.#own, url);
    return value === null ? request : withCookie(request, value);
  }

  async store(url: string, setCookie: readonly string[]): Promise<void> {
    await this.#kept?.store(url, setCookie);
  }
}
