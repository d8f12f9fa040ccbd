import type { Prepared } from "./prepare.ts";

/** Prepared requests that a client keeps for the URLs it is asked for again. */
const MOST = 512;

/** Requests by method and URL. The one asked for last is at hand, as it is often the next too. */
export class PreparedCache {
  #last: Prepared | undefined;
  #lastMethod = "";
  #lastUrl = "";
  #cache: Map<string, Map<string, Prepared>> | undefined;
  #count = 0;

  /** The request of before. */
  get(method: string, url: string): Prepared | undefined {
    if (this.#last !== undefined && this.#lastUrl === url && this.#lastMethod === method) {
      return this.#last;
    }
    const prepared = this.#cache?.get(method)?.get(url);
    return prepared === undefined ? undefined : this.put(method, url, prepared);
  }

  /** Remembers a request as the last one. */
  put(method: string, url: string, prepared: Prepared): Prepared {
    if (this.#last !== undefined) this.#keep(this.#lastMethod, this.#lastUrl, this.#last);
    this.#last = prepared;
    this.#lastMethod = method;
    this.#lastUrl = url;
    return prepared;
  }

  /** Puts a request into the cache, which starts afresh when it is full. */
  #keep(method: string, url: string, prepared: Prepared): void {
    if (this.#cache === undefined || this.#count >= MOST) {
      this.#cache = new Map();
      this.#count = 0;
    }
    let byUrl = this.#cache.get(method);
    if (byUrl === undefined) this.#cache.set(method, byUrl = new Map());
    if (!byUrl.has(url)) this.#count++;
    byUrl.set(url, prepared);
  }
}
