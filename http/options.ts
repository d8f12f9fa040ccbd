import { nearest, OptionError, parseDurationMs } from "../internal/mod.ts";
import { checkTlsOptions, type StreamSocket, type TlsOptions } from "../net/mod.ts";
import type { BodyInput } from "./body.ts";
import type { Strictness } from "./h1/mod.ts";
import type { HeadersInput } from "./headers.ts";
import type { Query } from "./target.ts";

/** What becomes of a response's body: `bytes` keeps it, `none` drops it, `stream` leaves it to the caller. */
export type ResponseType = "bytes" | "none" | "stream";

/** Options that a client, a request and a call share; the later of them wins. */
export interface SharedOptions {
  /** Added to every request; in a record, null takes an inherited one away. */
  headers?: HeadersInput | undefined;
  /** Longest time for one attempt, from its start to the last byte: milliseconds or `"10s"`. Default 60 s; 0 is none. */
  timeout?: number | string;
  /** Redirects that are followed; past them the redirect itself is the response. Default 10. */
  maxRedirects?: number;
  /** Default `bytes`; `none` when the client has `discardResponseBodies`. */
  responseType?: ResponseType;
  /** Added to the request's samples. */
  tags?: Readonly<Record<string, string>>;
  /** Rejects on a failed attempt instead of giving a response with status 0. Default false, as in k6. */
  throw?: boolean;
}

/** Options of a client. */
export interface ClientOptions extends SharedOptions {
  /** Reads and drops response bodies unless a call says otherwise. Default false. */
  discardResponseBodies?: boolean;
  /** Prepended to relative URLs. */
  baseUrl?: string;
  /** Closes each connection after one response. Default false. */
  noConnectionReuse?: boolean;
  /**
   * How strictly responses are read: `standard` refuses whatever two readers could understand
   * differently, `all` refuses folded header fields too, `lenient` takes bare line feeds as line ends
   * and lets a transfer coding win over a length. Default `standard`.
   */
  strict?: Strictness;
  /** Most bytes of a response body that are kept in memory. Default 128 MiB. */
  maxBodyBytes?: number;
  /** Longest time to make a connection. Default 30 s. */
  connectTimeout?: number | string;
  /** Makes the connections. Default `TCP.open(address)`. */
  dial?: (address: string) => Promise<StreamSocket>;
  /** How connections to `https:` are made secure, unless `dial` does so. The host's name is `serverName`. */
  tls?: TlsOptions;
}

/** Options of a request or a call. */
export interface RequestOptions extends SharedOptions {
  /** Appended to the URL's query. */
  query?: Query;
  /** Sent as it is. */
  body?: BodyInput | null;
  /** Sent as JSON, with `Content-Type: application/json` unless another is given. */
  json?: unknown;
  /** The `name` and `url` tags in place of the URL: one row for many URLs. */
  name?: string;
  /** Aborts the request. */
  signal?: AbortSignal;
}

const SHARED = ["headers", "timeout", "maxRedirects", "responseType", "tags", "throw"];
const CLIENT = [
  ...SHARED,
  "discardResponseBodies",
  "baseUrl",
  "noConnectionReuse",
  "maxBodyBytes",
  "strict",
  "connectTimeout",
  "dial",
  "tls",
];
const REQUEST = [...SHARED, "query", "body", "json", "name", "signal"];

/** Checks a client's options. @throws {OptionError} */
export function checkClientOptions(options: ClientOptions): void {
  checkNames("Client", options, CLIENT);
  checkShared(options);
  const { strict } = options;
  if (strict !== undefined && !["all", "standard", "lenient"].includes(strict)) {
    throw new OptionError(
      "strict",
      `strict is ${JSON.stringify(strict)}: choose all, standard or lenient`,
    );
  }
  checkInteger("maxBodyBytes", options.maxBodyBytes, 0, Number.MAX_SAFE_INTEGER);
  if (options.tls !== undefined) checkTlsOptions(options.tls);
  if (options.connectTimeout !== undefined) {
    parseDurationMs(options.connectTimeout, "connectTimeout");
  }
}

/** Checks a call's options. @throws {OptionError} */
export function checkRequestOptions(options: RequestOptions, extra: readonly string[] = []): void {
  checkNames("request", options, extra.length === 0 ? REQUEST : [...REQUEST, ...extra]);
  checkShared(options);
}

function checkShared(options: SharedOptions): void {
  checkInteger("maxRedirects", options.maxRedirects, 0, 100);
  if (options.timeout !== undefined) parseDurationMs(options.timeout, "timeout");
  const type = options.responseType;
  if (type !== undefined && type !== "bytes" && type !== "none" && type !== "stream") {
    throw new OptionError(
      "responseType",
      `responseType is ${JSON.stringify(type)}: choose bytes, none or stream`,
    );
  }
}

function checkNames(what: string, options: object, names: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    const near = nearest(name, names);
    throw new OptionError(
      name,
      `unknown ${what} option ${name}${near ? ` (did you mean ${near}?)` : ""}`,
    );
  }
}

function checkInteger(name: string, value: number | undefined, min: number, max: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= min && value <= max)) return;
  throw new OptionError(name, `${name} is ${value}: give a whole number from ${min} to ${max}`);
}
