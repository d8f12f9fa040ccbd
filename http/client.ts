import { type Closeable, currentContext } from "../metrics/mod.ts";
import type { StreamSocket } from "../net/mod.ts";
import { inheritedHeaders, inheritedOptions } from "./defaults.ts";
import { HttpError } from "./errors.ts";
import { type FieldMap, mergeHeaders } from "./headers.ts";
import {
  checkClientOptions,
  checkRequestOptions,
  type ClientOptions,
  type RequestOptions,
} from "./options.ts";
import { dialTcp, Pool } from "./pool.ts";
import { prepare, type Prepared } from "./prepare.ts";
import { Request } from "./request.ts";
import type { Response } from "./response.ts";
import { sendRequest } from "./send.ts";
import { override, readSettings, type Settings } from "./settings.ts";
import { parseTarget, type Target } from "./target.ts";

/** Prepared requests that a client keeps for the URLs it is asked for again. */
const CACHED_REQUESTS = 512;
const DEFAULT_MAX_BODY_BYTES = 128 * 1024 * 1024;
const NO_OPTIONS: RequestOptions = Object.freeze({});

/**
 * An HTTP client with its own connections and defaults (seed `http.md`, "Client").
 *
 * Responses are read whole before a call resolves, so that their metrics are complete; ask for
 * `responseType: "stream"` to read the body yourself. A request that fails gives a response with
 * status 0 and an `error` (as in k6), unless `throw` is on; a request that can't even be made (a bad
 * URL, header or option) always rejects.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { Client } from "@downpour/downpour/http";
 * import { startTarget } from "@downpour/downpour/targets";
 *
 * await using target = startTarget();
 * await using client = new Client({ headers: { "X-Test": "1" } });
 * const response = await client.get(`${target.url}/headers`);
 * assert.equal(response.status, 200);
 * assert.match(await response.text(), /x-test/i);
 * ```
 */
export class Client implements Closeable, AsyncDisposable {
  readonly #baseUrl: string | undefined;
  readonly #headers: FieldMap;
  readonly #settings: Settings;
  readonly #pool: Pool;
  /** The request sent last, as it is often the next one too, and others by method and URL. */
  #last: Prepared | undefined;
  #lastMethod = "";
  #lastUrl = "";
  #cache: Map<string, Map<string, Prepared>> | undefined;
  #cached = 0;
  /** Declarative requests that were sent before. */
  #requests: WeakMap<Request, { prepared: Prepared; settings: Settings }> | undefined;

  /** Opens nothing yet. @throws {OptionError} for unknown options and bad values */
  constructor(options: ClientOptions = {}) {
    checkClientOptions(options);
    const context = currentContext();
    const inherited = inheritedOptions(context);
    const all = { ...inherited, ...options };
    this.#baseUrl = all.baseUrl;
    this.#headers = mergeHeaders(inheritedHeaders(inherited), options.headers);
    this.#settings = readSettings(all);
    const dial = options.dial;
    this.#pool = new Pool(
      dial === undefined ? dialTcp : (address) => dial(address),
      {
        strictness: all.strict ?? "standard",
        maxBodyBytes: all.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
        // The runner decides when its process ends; elsewhere idle connections must not.
        letsProcessEnd: context.owned === null,
      },
      all.tls,
    );
    context.owned?.add(this);
  }

  /** The socket used last, or null when there is none open. */
  get socket(): StreamSocket | null {
    return this.#pool.lastSocket;
  }

  /** Sends a GET request. */
  get(url: string | URL | Request, options?: RequestOptions): Promise<Response> {
    return this.#call("GET", url, options);
  }

  /** Sends a HEAD request: the response has no body. */
  head(url: string | URL | Request, options?: RequestOptions): Promise<Response> {
    return this.#call("HEAD", url, options);
  }

  /** Sends a POST request. */
  post(url: string | URL | Request, options?: RequestOptions): Promise<Response> {
    return this.#call("POST", url, options);
  }

  /** Sends a PUT request. */
  put(url: string | URL | Request, options?: RequestOptions): Promise<Response> {
    return this.#call("PUT", url, options);
  }

  /** Sends a PATCH request. */
  patch(url: string | URL | Request, options?: RequestOptions): Promise<Response> {
    return this.#call("PATCH", url, options);
  }

  /** Sends a DELETE request. */
  del(url: string | URL | Request, options?: RequestOptions): Promise<Response> {
    return this.#call("DELETE", url, options);
  }

  /** Sends an OPTIONS request. */
  options(url: string | URL | Request, options?: RequestOptions): Promise<Response> {
    return this.#call("OPTIONS", url, options);
  }

  /** Sends a request with any method, or a {@link Request} with its own. */
  request(request: Request, options?: RequestOptions): Promise<Response>;
  /** Sends a request with any method. */
  request(method: string, url: string | URL, options?: RequestOptions): Promise<Response>;
  request(
    first: string | Request,
    second?: string | URL | RequestOptions,
    third?: RequestOptions,
  ): Promise<Response> {
    if (first instanceof Request) return this.#call(first.method, first, second as RequestOptions);
    return this.#call(first, second as string | URL, third);
  }

  /** Closes all connections; requests under way fail. */
  close(): void {
    this.#pool.close();
  }

  /** Closes the client. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  #call(
    method: string,
    url: string | URL | Request,
    options: RequestOptions = NO_OPTIONS,
  ): Promise<Response> {
    try {
      if (url instanceof Request) {
        if (url.method !== method) throw methodClash(method, url);
        return this.#resend(url, options);
      }
      const address = typeof url === "string" ? url : String(url);
      if (options === NO_OPTIONS) {
        return sendRequest(this.#pool, this.#prepared(method, address), this.#settings);
      }
      checkRequestOptions(options);
      const prepared = needsEncoding(options)
        ? prepare(method, this.#target(address, options), this.#headers, options)
        : this.#prepared(method, address);
      return sendRequest(this.#pool, prepared, override(this.#settings, options));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Sends a {@link Request}, which is encoded once unless the call changes it. */
  #resend(request: Request, options: RequestOptions): Promise<Response> {
    const known = options === NO_OPTIONS ? this.#requests?.get(request) : undefined;
    if (known !== undefined) return sendRequest(this.#pool, known.prepared, known.settings);
    checkRequestOptions(request.options);
    checkRequestOptions(options);
    const call = { ...request.options, ...options };
    const prepared = prepare(
      request.method,
      this.#target(request.url, call),
      mergeHeaders(this.#headers, request.options.headers),
      { ...call, headers: options.headers },
    );
    const settings = override(this.#settings, call);
    if (options === NO_OPTIONS && !prepared.body?.stream) {
      (this.#requests ??= new WeakMap()).set(request, { prepared, settings });
    }
    return sendRequest(this.#pool, prepared, settings);
  }

  #target(url: string, options: RequestOptions): Target {
    return parseTarget(url, this.#baseUrl, options.query);
  }

  /** A request without options of its own, from the cache when it was sent before. */
  #prepared(method: string, url: string): Prepared {
    if (this.#last !== undefined && this.#lastUrl === url && this.#lastMethod === method) {
      return this.#last;
    }
    const prepared = this.#cache?.get(method)?.get(url) ??
      prepare(method, parseTarget(url, this.#baseUrl, undefined), this.#headers, NO_OPTIONS);
    if (this.#last !== undefined) this.#keep(this.#lastMethod, this.#lastUrl, this.#last);
    this.#last = prepared;
    this.#lastMethod = method;
    this.#lastUrl = url;
    return prepared;
  }

  /** Puts a prepared request into the cache, which starts afresh when it is full. */
  #keep(method: string, url: string, prepared: Prepared): void {
    if (this.#cache === undefined || this.#cached >= CACHED_REQUESTS) {
      this.#cache = new Map();
      this.#cached = 0;
    }
    let byUrl = this.#cache.get(method);
    if (byUrl === undefined) this.#cache.set(method, byUrl = new Map());
    if (!byUrl.has(url)) this.#cached++;
    byUrl.set(url, prepared);
  }
}

/** Whether a call changes the bytes of the request, beyond method and URL. */
function needsEncoding(call: RequestOptions): boolean {
  return call.headers !== undefined || call.query !== undefined || call.body !== undefined ||
    call.json !== undefined;
}

function methodClash(method: string, request: Request): HttpError {
  return new HttpError(
    "request_invalid",
    "prepare",
    `${method.toLowerCase()}() was given a ${request.method} request: use request() or the method of that name`,
  );
}
