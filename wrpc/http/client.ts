import {
  type CookieJar,
  CookieKeeper,
  type ExpectedStatus,
  type ExpectedStatuses,
  expectedStatuses,
  type HeadersInput,
  mergeHeaders,
  NO_HEADERS,
  readExpectation,
  type ResponseCallback,
} from "../../http/semantics/mod.ts";
import { checkNames, DownpourError, OptionError } from "../../internal/mod.ts";
import { type Context, currentContext, type Owned } from "../../metrics/mod.ts";
import { client, type WrpcClient } from "../client.ts";
import { pickTransport, TRANSPORT_NAMES, type TransportChoice } from "../pick_transport.ts";
import { type Labels, readTags } from "../tags.ts";
import { readTimeoutMs } from "../timeout.ts";
import type { WrpcBody } from "./body.ts";
import { type Exchange, exchange } from "./exchange.ts";
import { httpInterface } from "./interface.ts";
import { type Place, recordError, recordRequest, recordResponse } from "./metrics.ts";
import {
  checkConsume,
  checkJar,
  checkParams,
  type Consume,
  readCredentials,
  type WrpcAuth,
  type WrpcHttpParams,
} from "./params.ts";
import { type PreparedRequest, prepareRequest, type RequestDefaults } from "./prepare.ts";
import { failedResponse, type WrpcResponse } from "./response.ts";

/** How requests are sent. One of `nats`, `tcp`, `unix` and `transport` says over what. */
export interface WrpcHttpOptions extends TransportChoice {
  /** Added to the samples. */
  readonly tags?: Labels;
  /** Sent with every request. */
  readonly headers?: HeadersInput;
  /** Credentials of every request. */
  readonly auth?: WrpcAuth;
  /** Keeps the cookies. Default: one of its own, empty again at each iteration. */
  readonly jar?: CookieJar;
  /** Longest time of a request, body included: milliseconds or `"10s"`. @default {30000} */
  readonly timeout?: number | string;
  /** Statuses that aren't counted as invalid responses; null: nobody judges. Default: 200 to 299. */
  readonly expectedStatuses?: ExpectedStatuses;
  /** What becomes of responses' bodies. @default {true} */
  readonly consume?: Consume;
  /** Rejects when there is no response, rather than giving one of status 0. @default {false} */
  readonly throw?: boolean;
  /** Most bytes of a body in memory. @default {67108864} */
  readonly maxBodyBytes?: number;
}

/** Sends HTTP requests over wRPC, with the names of `k6/http`. */
export interface WrpcHttp extends AsyncDisposable {
  /**
   * Sends a request with any method.
   *
   * @throws {OptionError} for a parameter that can't be
   * @throws {HttpError} `request_invalid`, `cookie_invalid` for headers, bodies and cookies
   * @throws {WrpcHttpError} {WrpcError} with the option `throw`, when there is no response
   */
  request(
    method: string,
    url: string | URL,
    body?: WrpcBody,
    params?: WrpcHttpParams | null,
  ): Promise<WrpcResponse>;
  /** The same as `request`: here all of them are asynchronous. */
  asyncRequest: WrpcHttp["request"];
  /** Sends a GET request. */
  get(url: string | URL, params?: WrpcHttpParams | null): Promise<WrpcResponse>;
  /** Sends a HEAD request. */
  head(url: string | URL, params?: WrpcHttpParams | null): Promise<WrpcResponse>;
  /** Sends a POST request. */
  post(url: string | URL, body?: WrpcBody, params?: WrpcHttpParams | null): Promise<WrpcResponse>;
  /** Sends a PUT request. */
  put(url: string | URL, body?: WrpcBody, params?: WrpcHttpParams | null): Promise<WrpcResponse>;
  /** Sends a PATCH request. */
  patch(url: string | URL, body?: WrpcBody, params?: WrpcHttpParams | null): Promise<WrpcResponse>;
  /** Sends a DELETE request. */
  del(url: string | URL, body?: WrpcBody, params?: WrpcHttpParams | null): Promise<WrpcResponse>;
  /** Sends an OPTIONS request. */
  options(
    url: string | URL,
    body?: WrpcBody,
    params?: WrpcHttpParams | null,
  ): Promise<WrpcResponse>;
  /** Statuses and ranges as a judgement, for `responseCallback` and `setResponseCallback`, as in k6. */
  expectedStatuses(...statuses: readonly ExpectedStatus[]): ResponseCallback;
  /** Says which statuses are expected from now on; null: nobody judges. */
  setResponseCallback(callback: ResponseCallback | null): void;
  /** Ends the connection. Safe to call again. */
  close(): Promise<void>;
}

const NAMES = [
  ...TRANSPORT_NAMES,
  ...["tags", "headers", "auth", "jar", "timeout", "expectedStatuses", "consume", "throw"],
  "maxBodyBytes",
];

/**
 * A client of the interface `wrpc:http/incoming-handler@0.1.0`. It has a connection of its own, which
 * lives as long as the virtual user when module level makes it, and to the end of the iteration
 * otherwise.
 *
 * @throws {OptionError} for an option that doesn't exist or a value out of its range
 */
export function http(options: WrpcHttpOptions): WrpcHttp {
  checkNames("wrpc.http", options, NAMES);
  return new HttpClient(options);
}

const NO_PARAMS: WrpcHttpParams = Object.freeze({});
const expectOk = (status: number) => status >= 200 && status < 300;

class HttpClient implements WrpcHttp {
  readonly expectedStatuses: WrpcHttp["expectedStatuses"] = expectedStatuses;
  readonly #client: WrpcClient;
  readonly #owned: Owned | null;
  readonly #tags: Readonly<Record<string, string>>;
  readonly #defaults: RequestDefaults;
  readonly #cookies: CookieKeeper;
  readonly #consume: Consume;
  readonly #throws: boolean;
  readonly #maxBodyBytes: number;
  #isExpected: ResponseCallback | null;

  constructor(options: WrpcHttpOptions) {
    const { tags = {}, headers, auth, jar, timeout = 30_000, consume = true } = options;
    const { throw: throws = false, maxBodyBytes = 64 * 1024 * 1024, tcp, unix, nats } = options;
    const { transport: other, expectedStatuses: expected = expectOk } = options;
    checkJar(jar);
    checkConsume(consume);
    this.#tags = readTags(tags);
    this.#defaults = {
      headers: mergeHeaders(NO_HEADERS, headers),
      credentials: readCredentials(auth),
    };
    this.#consume = consume;
    this.#throws = throws;
    this.#maxBodyBytes = readMaxBytes(maxBodyBytes);
    this.#isExpected = readExpectation(expected) ?? null;
    const timeoutMs = readTimeoutMs(timeout, "timeout");
    const context = currentContext();
    this.#cookies = new CookieKeeper(context, jar, false);
    const choice = { nats, tcp, unix, transport: other };
    const transport = pickTransport("wrpc.http", choice);
    this.#client = client({ wit: httpInterface(), transport, timeoutMs });
    this.#owned = context.owned;
    this.#owned?.add(this);
  }

  async request(
    method: string,
    to: string | URL,
    body?: WrpcBody,
    given?: WrpcHttpParams | null,
  ): Promise<WrpcResponse> {
    const params = given ?? NO_PARAMS;
    checkParams(params);
    const jar = params.jar ?? this.#cookies.current;
    const prepared = prepareRequest(method, to, body, params, this.#defaults, jar);
    const context = currentContext();
    const own = params.tags ? { ...this.#tags, ...readTags(params.tags) } : this.#tags;
    const place = { context, own, method, name: prepared.url };
    return await this.#send(this.#exchange(prepared, method, params, context), place, params);
  }

  asyncRequest: WrpcHttp["request"] = (...args) => this.request(...args);

  #exchange(
    { record, url }: PreparedRequest,
    method: string,
    params: WrpcHttpParams,
    context: Context,
  ): Exchange {
    const { timeout, signal, consume } = params;
    const call = {
      ...(timeout !== undefined && timeout !== null &&
        { timeoutMs: readTimeoutMs(timeout, "timeout") }),
      ...(signal && { signal }),
    };
    return {
      ...{ method, url, record, call, owned: context.owned },
      consume: consume ?? this.#consume,
      maxBodyBytes: this.#maxBodyBytes,
    };
  }

  async #send(one: Exchange, place: Place, params: WrpcHttpParams): Promise<WrpcResponse> {
    recordRequest(place);
    const began = performance.now();
    try {
      const response = await exchange(this.#client, one);
      await this.#keepCookies(response, params.jar ?? undefined);
      const isExpected = params.responseCallback === undefined
        ? this.#isExpected
        : params.responseCallback;
      const { status, timings: { duration } } = response;
      recordResponse(place, status, isExpected === null ? null : isExpected(status), duration);
      return response;
    } catch (error) {
      recordError(place, error instanceof DownpourError ? error.code : "unknown");
      if ((params.throw ?? this.#throws) || !(error instanceof DownpourError)) throw error;
      return failedResponse(one.method, one.url, error, performance.now() - began);
    }
  }

  async #keepCookies({ headers, url }: WrpcResponse, jar: CookieJar | undefined): Promise<void> {
    const setCookie = headers.getSetCookie();
    if (setCookie.length > 0) await (jar ?? this.#cookies).store(url, setCookie);
  }

  get(url: string | URL, params?: WrpcHttpParams | null): Promise<WrpcResponse> {
    return this.request("GET", url, null, params);
  }

  head(url: string | URL, params?: WrpcHttpParams | null): Promise<WrpcResponse> {
    return this.request("HEAD", url, null, params);
  }

  post(url: string | URL, body?: WrpcBody, params?: WrpcHttpParams | null): Promise<WrpcResponse> {
    return this.request("POST", url, body, params);
  }

  put(url: string | URL, body?: WrpcBody, params?: WrpcHttpParams | null): Promise<WrpcResponse> {
    return this.request("PUT", url, body, params);
  }

  patch(url: string | URL, body?: WrpcBody, params?: WrpcHttpParams | null): Promise<WrpcResponse> {
    return this.request("PATCH", url, body, params);
  }

  del(url: string | URL, body?: WrpcBody, params?: WrpcHttpParams | null): Promise<WrpcResponse> {
    return this.request("DELETE", url, body, params);
  }

  options(
    url: string | URL,
    body?: WrpcBody,
    params?: WrpcHttpParams | null,
  ): Promise<WrpcResponse> {
    return this.request("OPTIONS", url, body, params);
  }

  setResponseCallback(callback: ResponseCallback | null): void {
    this.#isExpected = readExpectation(callback) ?? null;
  }

  close(): Promise<void> {
    this.#owned?.delete(this);
    return this.#client.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function readMaxBytes(value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new OptionError("maxBodyBytes", `maxBodyBytes is ${value}: give a whole number above 0`);
}
