/** Addresses of a name, and how long they may be kept. */
export interface Addresses {
  /** IP addresses. */
  readonly ips: readonly string[];
  /** Milliseconds; `Infinity` for ever. */
  readonly ttlMs: number;
}

interface Search {
  readonly result: Promise<Addresses>;
  readonly stop: AbortController;
  callers: number;
}

/** Names that are kept at once; the oldest goes when there are more. */
export const MAX_NAMES = 1024;

/**
 * Keeps what names were found to have. A name is searched for once at a time: who asks meanwhile
 * waits for the same search, which stops when nobody waits any more. Failures aren't kept.
 */
export class NameCache {
  readonly #find: (host: string, signal: AbortSignal) => Promise<Addresses>;
  readonly #now: () => number;
  readonly #kept = new Map<string, { ips: readonly string[]; until: number }>();
  readonly #searches = new Map<string, Search>();

  /** @param now a clock in milliseconds */
  constructor(
    find: (host: string, signal: AbortSignal) => Promise<Addresses>,
    now: () => number,
  ) {
    this.#find = find;
    this.#now = now;
  }

  /** The addresses of a name; rejects with `signal.reason` when it aborts, whatever others do. */
  async get(host: string, signal: AbortSignal): Promise<readonly string[]> {
    signal.throwIfAborted();
    const kept = this.#kept.get(host);
    if (kept !== undefined && this.#now() < kept.until) return kept.ips;
    const search = this.#searches.get(host) ?? this.#start(host);
    search.callers++;
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort);
    try {
      return (await Promise.race([search.result, aborted])).ips;
    } finally {
      signal.removeEventListener("abort", onAbort);
      search.callers--;
      if (search.callers === 0 && this.#searches.get(host) === search) {
        this.#searches.delete(host);
        search.stop.abort(signal.reason);
      }
    }
  }

  #start(host: string): Search {
    const stop = new AbortController();
    const result = this.#find(host, stop.signal).then((found) => {
      this.#keep(host, found);
      return found;
    }).finally(() => {
      if (this.#searches.get(host) === search) this.#searches.delete(host);
    });
    const search: Search = { result, stop, callers: 0 };
    this.#searches.set(host, search);
    return search;
  }

  #keep(host: string, { ips, ttlMs }: Addresses): void {
    this.#kept.delete(host);
    if (ttlMs <= 0) return;
    this.#kept.set(host, { ips, until: this.#now() + ttlMs });
    if (this.#kept.size > MAX_NAMES) this.#kept.delete(this.#kept.keys().next().value!);
  }
}
