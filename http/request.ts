import type { RequestOptions } from "./request_options.ts";

/**
 * A request to send later, any number of times (seed `http.md`, "Requests and responses").
 * Its options are merged with the client's; those of a call win over both. Sending never changes it.
 *
 * ```ts
 * import { Request } from "@downpour/downpour/http";
 * import assert from "node:assert/strict";
 *
 * const request = new Request("http://127.0.0.1:8000/get", { headers: { "X-Test": "1" } });
 * assert.equal(request.method, "GET");
 * ```
 */
export class Request {
  /** As given: relative to the client's `baseUrl`, if it has one. */
  readonly url: string;
  /** Default `GET`. */
  readonly method: string;
  /** As given. */
  readonly options: Readonly<RequestOptions>;

  /** Nothing is checked or sent yet. @param url absolute, or relative to the `baseUrl` of the client that sends it */
  constructor(url: string | URL, options: RequestOptions & { method?: string } = {}) {
    const { method, ...rest } = options;
    this.url = String(url);
    this.method = method ?? "GET";
    this.options = Object.freeze(rest);
  }

  /** The headers of the request itself, without those of a client. */
  get headers(): Headers {
    const input = this.options.headers;
    if (input === undefined) return new Headers();
    if (Symbol.iterator in input) return new Headers([...input].map(([k, v]) => [k, v]));
    const pairs: [string, string][] = [];
    for (const [name, value] of Object.entries(input)) {
      if (value === null || value === undefined) continue;
      for (const item of Array.isArray(value) ? value : [value]) pairs.push([name, String(item)]);
    }
    return new Headers(pairs);
  }
}
