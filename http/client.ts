import { OptionError } from "../internal/mod.ts";
import { type Closeable, currentContext } from "../metrics/mod.ts";
import type { StreamSocket } from "../net/mod.ts";
import { type BatchRequest, sendBatch } from "./batch.ts";
import { beginCall } from "./begin_call.ts";
import { readConnecting, readConnection, readLimits } from "./check_transport.ts";
import { compress } from "./compress.ts";
import { isOfConnections, watchConnections } from "./connection_events.ts";
import { CookieKeeper } from "./cookie_keeper.ts";
import type { CookieJar } from "./cookies/jar.ts";
import { constantCredentials } from "./credentials.ts";
import { endsWithIteration, inheritedHeaders, inheritedOptions } from "./defaults.ts";
import { HttpError } from "./errors.ts";
import type { ClientEventType, ClientListener } from "./events.ts";
import { type Extras, extrasOf, noExtras, readExtras } from "./extras.ts";
import { sendThrough } from "./flow.ts";
import { type FieldMap, mergeHeaders, NO_HEADERS } from "./headers.ts";
import { type CallOptions, checkCallOptions } from "./call_options.ts";
import { checkClientOptions, type ClientOptions } from "./client_options.ts";
import { checkRequestOptions } from "./request_options.ts";
import { closeWithIterations } from "./iteration_pool.ts";
import { Pool } from "./pool.ts";
import { prepare, type Prepared } from "./prepare.ts";
import { PreparedCache } from "./prepared_cache.ts";
import { Request } from "./request.ts";
import type { Response } from "./response.ts";
import { sendRequest } from "./send.ts";
import { eventsOf } from "./client_events.ts";
import type { EventSourceOptions, ServerSentEvent } from "./sse/mod.ts";
import { override, readSettings, type Settings } from "./settings.ts";
import { parseTarget, type Target } from "./target.ts";
import type { Layer, Transport } from "./sending.ts";
import { HttpTransport, poolOf } from "./transport.ts";

const NO_OPTIONS: CallOptions = Object.freeze({});
const NO_CLIENT_OPTIONS: ClientOptions = Object.freeze({});

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
  readonly #options: ClientOptions;
  readonly #baseUrl: string | undefined;
  readonly #headers: FieldMap;
  readonly #settings: Settings;
  readonly #transport: Transport | null;
  readonly #pool: Pool;
  readonly #cookies: CookieKeeper | null;
  #extras: Extras | undefined;
  readonly #cache = new PreparedCache();
  /** Declarative requests that were sent before. */
  #requests: WeakMap<Request, { prepared: Prepared; settings: Settings }> | undefined;

  /** Opens nothing yet. @throws {OptionError} for unknown options and bad values */
  constructor(options: ClientOptions = NO_CLIENT_OPTIONS) {
    checkClientOptions(options);
    const context = currentContext();
    const inherited = inheritedOptions(context);
    const all = { ...inherited, ...options };
    this.#options = options;
    this.#baseUrl = all.baseUrl;
    const credentials = constantCredentials(options.auth);
    const base = credentials === undefined
      ? inheritedHeaders(inherited)
      : mergeHeaders(inheritedHeaders(inherited), { Authorization: credentials });
    this.#headers = mergeHeaders(base, options.headers);
    const { jar, keepCookies = false, transport } = all;
    this.#cookies = jar === null ? null : new CookieKeeper(context, jar, keepCookies);
    this.#settings = readSettings(all, this.#cookies, context);
    const ours = transport instanceof HttpTransport ? transport : null;
    this.#transport = ours === null ? transport ?? null : null;
    this.#pool = (ours && poolOf(ours)) ??
      new Pool(readConnecting(all), readConnection(all), readLimits(all));
    if (transport === undefined) {
      context.owned?.add(this);
      if (endsWithIteration(context)) closeWithIterations(this.#pool, context);
    }
    this.#extras = readExtras(all);
  }

  /** A client with these options in place of this one's, and listeners and connections of its own. */
  extend(options: ClientOptions): Client {
    const headers = options.headers === undefined
      ? this.#options.headers
      : [...mergeHeaders(mergeHeaders(NO_HEADERS, this.#options.headers), options.headers).values()]
        .flat();
    const cookies = { ...this.#options.cookies, ...options.cookies };
    return new Client({ ...this.#options, ...options, headers, cookies });
  }

  /**
   * Calls `listener` on each event of this client's calls, awaited in order; returns what stops it.
   * A listener that throws rejects the call.
   *
   * @throws {OptionError} for an event that doesn't exist
   */
  on<T extends ClientEventType>(type: T, listener: ClientListener<T>): () => void {
    const extras = this.#extra();
    const off = extras.events.on(type, listener);
    if (extras.connections === null && isOfConnections(type)) {
      extras.connections = watchConnections(this.#pool, extras.events);
    }
    return off;
  }

  /** Puts a layer around each attempt; the one added first is outermost. */
  use(layer: Layer): this {
    if (typeof layer !== "function") {
      throw new OptionError("layer", "use takes a function next => (request) => response");
    }
    this.#extra().layers.push(layer);
    return this;
  }

  #extra(): Extras {
    return this.#extras ??= noExtras();
  }

  /** The cookies of now: of this iteration, unless the client keeps them. Null with `jar: null`. */
  async cookies(): Promise<CookieJar | null> {
    return await this.#cookies?.load() ?? null;
  }

  /** The socket used last, or null when there is none or it is closed. */
  get socket(): StreamSocket | null {
    return this.#pool.lastSocket;
  }

  /** Sends a GET request. */
  get(url: string | URL | Request, options?: CallOptions): Promise<Response> {
    return this.#call("GET", url, options);
  }

  /** Sends a HEAD request: the response has no body. */
  head(url: string | URL | Request, options?: CallOptions): Promise<Response> {
    return this.#call("HEAD", url, options);
  }

  /** Sends a POST request. */
  post(url: string | URL | Request, options?: CallOptions): Promise<Response> {
    return this.#call("POST", url, options);
  }

  /** Sends a PUT request. */
  put(url: string | URL | Request, options?: CallOptions): Promise<Response> {
    return this.#call("PUT", url, options);
  }

  /** Sends a PATCH request. */
  patch(url: string | URL | Request, options?: CallOptions): Promise<Response> {
    return this.#call("PATCH", url, options);
  }

  /** Sends a DELETE request. */
  del(url: string | URL | Request, options?: CallOptions): Promise<Response> {
    return this.#call("DELETE", url, options);
  }

  /** Sends an OPTIONS request. */
  options(url: string | URL | Request, options?: CallOptions): Promise<Response> {
    return this.#call("OPTIONS", url, options);
  }

  /** Sends a request with any method, or a {@link Request} with its own. */
  request(request: Request, options?: CallOptions): Promise<Response>;
  /** Sends a request with any method. */
  request(method: string, url: string | URL, options?: CallOptions): Promise<Response>;
  request(
    first: string | Request,
    second?: string | URL | CallOptions,
    third?: CallOptions,
  ): Promise<Response> {
    if (first instanceof Request) return this.#call(first.method, first, second as CallOptions);
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

  /**
   * The events of a server-sent stream (k6 issue 746), with another connection, and its
   * `Last-Event-ID`, when one breaks. Leaving the loop closes it.
   *
   * @throws {HttpError} `response_malformed` for another status or content type, in the loop
   */
  events(
    url: string | URL,
    options: CallOptions & EventSourceOptions = {},
  ): AsyncGenerator<ServerSentEvent, void> {
    return eventsOf((url, options) => this.get(url, options), url, options);
  }

  /**
   * Sends several requests at once, as many as the run options `batch` (20) and `batchPerHost` (6) say,
   * as a list or by name; what comes back has the same shape. When one rejects no more are begun, and
   * it rejects once the others are done.
   */
  batch<T extends readonly BatchRequest[] | Readonly<Record<string, BatchRequest>>>(
    requests: T,
  ): Promise<{ -readonly [K in keyof T]: Response }> {
    return sendBatch(this, requests, this.#baseUrl);
  }

  #call(
    method: string,
    url: string | URL | Request,
    options: CallOptions = NO_OPTIONS,
  ): Promise<Response> {
    try {
      if (url instanceof Request) {
        if (url.method !== method) throw methodClash(method, url);
        return this.#resend(url, options);
      }
      const address = typeof url === "string" ? url : String(url);
      if (options === NO_OPTIONS) {
        return this.#send(this.#prepared(method, address), this.#settings);
      }
      checkCallOptions(options);
      const settings = override(this.#settings, options);
      const prepared = needsEncoding(options)
        ? prepare(method, this.#target(address, options), this.#headers, options)
        : this.#prepared(method, address);
      return this.#send(prepared, settings, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** The fast way where nothing more than sending is asked for. */
  #send(
    prepared: Prepared,
    settings: Settings,
    call: CallOptions = NO_OPTIONS,
  ): Promise<Response> {
    if (call.compression !== undefined) {
      const { compression, ...rest } = call;
      return compress(prepared, compression).then((packed) => this.#send(packed, settings, rest));
    }
    const begun = beginCall(settings, prepared.target);
    const extras = extrasOf(this.#extras, call);
    if (extras === undefined && this.#transport === null) {
      return sendRequest(this.#pool, prepared, begun);
    }
    const [pool, transport] = [this.#pool, this.#transport];
    const { connections, ...flow } = extras ?? noExtras();
    return sendThrough({ ...flow, pool, transport }, prepared, begun, connections);
  }

  /** Sends a {@link Request}, which is encoded once unless the call changes it. */
  #resend(request: Request, options: CallOptions): Promise<Response> {
    const known = options === NO_OPTIONS ? this.#requests?.get(request) : undefined;
    if (known !== undefined) return this.#send(known.prepared, known.settings, request.options);
    checkRequestOptions(request.options);
    checkCallOptions(options);
    const call = { ...request.options, ...options };
    const prepared = prepare(
      request.method,
      this.#target(request.url, call),
      mergeHeaders(this.#headers, request.options.headers),
      { ...call, headers: options.headers },
    );
    const settings = override(override(this.#settings, request.options), options);
    if (options === NO_OPTIONS && !prepared.body?.stream) {
      (this.#requests ??= new WeakMap()).set(request, { prepared, settings });
    }
    return this.#send(prepared, settings, call);
  }

  #target(url: string, options: CallOptions): Target {
    return parseTarget(url, this.#baseUrl, options.query, this.#options.urlName);
  }

  /** A request without options of its own, from the cache when it was sent before. */
  #prepared(method: string, url: string): Prepared {
    const known = this.#cache.get(method, url);
    if (known !== undefined) return known;
    const target = parseTarget(url, this.#baseUrl, undefined, this.#options.urlName);
    return this.#cache.put(method, url, prepare(method, target, this.#headers, NO_OPTIONS));
  }
}

const ENCODED = ["headers", "query", "body", "json", "form", "multipart", "auth"] as const;

/** Whether a call changes the bytes of the request, beyond method and URL. */
function needsEncoding(call: CallOptions): boolean {
  return ENCODED.some((name) => call[name] !== undefined);
}

function methodClash(method: string, request: Request): HttpError {
  return new HttpError(
    "request_invalid",
    "prepare",
    `${method.toLowerCase()}() was given a ${request.method} request: use request() or the method of that name`,
  );
}
