import type { IncomingMessage } from "node:http";
import type { Exchange, RecordedBody } from "../exchanges/exchange.ts";
import { headerOf } from "../exchanges/headers.ts";

/** Longer bodies of requests pass, and are not recorded. */
const MOST_BODY = 4 * 2 ** 20;

/** What is known of a request that passes, up to its response. */
export class Capture {
  readonly #chunks: Uint8Array[] = [];
  readonly #startedMs = performance.now();
  readonly #method: string;
  readonly #url: string;
  readonly #headers: readonly (readonly [string, string])[];
  #size = 0;

  /** @param url absolute */
  constructor(method: string, url: string, headers: readonly (readonly [string, string])[]) {
    this.#method = method;
    this.#url = url;
    this.#headers = headers;
  }

  /** A piece of the request's body. */
  add(chunk: Uint8Array): void {
    this.#size += chunk.length;
    if (this.#size <= MOST_BODY) this.#chunks.push(chunk.slice());
  }

  /** Whether the body was too long to be kept. */
  get isTooLong(): boolean {
    return this.#size > MOST_BODY;
  }

  /** The exchange, as of now. @param status 0 when no response came */
  end(
    status: number,
    headers: readonly (readonly [string, string])[],
    page: string | null,
  ): Exchange {
    return {
      place: "",
      method: this.#method,
      url: this.#url,
      headers: this.#headers,
      body: this.#body(),
      status,
      location: headerOf(headers, "location"),
      responseType: headerOf(headers, "content-type"),
      cookiesSet: headers.filter(([name]) => name.toLowerCase() === "set-cookie")
        .map(([, value]) => value.slice(0, Math.max(0, value.indexOf("="))).trim()),
      startedMs: this.#startedMs,
      endedMs: performance.now(),
      page,
    };
  }

  #body(): RecordedBody | null {
    if (this.#size === 0 || this.isTooLong) return null;
    const content = new Uint8Array(this.#size);
    let at = 0;
    for (const chunk of this.#chunks) {
      content.set(chunk, at);
      at += chunk.length;
    }
    return { mimeType: headerOf(this.#headers, "content-type"), content, fields: [] };
  }
}

/** The fields of a message in order, by pairs. */
export function pairsOf({ rawHeaders }: IncomingMessage): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    pairs.push([rawHeaders[i]!, rawHeaders[i + 1]!]);
  }
  return pairs;
}

/** Fields of one connection (RFC 9110, section 7.6.1), which no proxy hands on. */
const HOP = new Set([
  ...["connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection"],
  ...["te", "trailer", "transfer-encoding", "upgrade"],
]);

/** Fields that are handed on, lists where a name comes twice. */
export function forwarded(
  pairs: readonly (readonly [name: string, value: string])[],
): Record<string, string | string[]> {
  const named = new Set(
    headerOf(pairs, "connection").toLowerCase().split(",").map((name) => name.trim()),
  );
  const all = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of pairs) {
    const lower = name.toLowerCase();
    if (HOP.has(lower) || named.has(lower)) continue;
    const before = all[lower];
    all[lower] = before === undefined ? value : [...[before].flat(), value];
  }
  return all;
}
