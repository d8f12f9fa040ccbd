import { OptionError, parseDurationMs } from "../internal/mod.ts";
import type { BodyInput } from "./body.ts";
import { checkInteger, checkNames } from "./check.ts";
import { checkTransportValues, TRANSPORT_OPTIONS } from "./check_transport.ts";
import type { CookieJar } from "./cookies/jar.ts";
import { type ClientEventHandlers, Emitter } from "./events.ts";
import { type ExpectedStatuses, readExpectation } from "./expected.ts";
import type { FormInput } from "./form/urlencoded.ts";
import type { MultipartInput } from "./form/multipart.ts";
import type { HeadersInput } from "./headers.ts";
import { readRetry, type RetryOptions } from "./retry.ts";
import type { Query } from "./target.ts";
import type { Transport } from "./transport.ts";
import type { TransportOptions } from "./transport_options.ts";

/** What becomes of a response's body: `bytes` keeps it, `none` drops it, `stream` leaves it to the caller. */
export type ResponseType = "bytes" | "none" | "stream";

/** Credentials: `basic` and `digest` take a name and a password, `bearer` a token. */
export type AuthOptions =
  | { readonly type: "basic" | "digest"; readonly username: string; readonly password: string }
  | { readonly type: "bearer"; readonly token: string };

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
  /** Whether bodies are decoded by their `Content-Encoding`. Default true. */
  decompress?: boolean;
  /** Statuses that are no failure for `http_req_failed`; null: that metric isn't recorded. Default 200 to 399. */
  expectedStatuses?: ExpectedStatuses;
  /** Credentials. Basic and bearer are sent at once, digest (RFC 7616) when the server asks. */
  auth?: AuthOptions | null;
  /** Attempts in all, or how failed ones are repeated. Default: none is. */
  retry?: number | RetryOptions | null;
  /** Added to the request's samples. */
  tags?: Readonly<Record<string, string>>;
  /** Rejects on a failed attempt instead of giving a response with status 0. Default false, as in k6. */
  throw?: boolean;
}

/** Options of a client. */
export interface ClientOptions extends SharedOptions, TransportOptions {
  /** Reads and drops response bodies unless a call says otherwise. Default false. */
  discardResponseBodies?: boolean;
  /** Prepended to relative URLs. */
  baseUrl?: string;
  /** Cookies to keep and send; null for none. Default: a jar of its own for each iteration, as in k6. */
  jar?: CookieJar | null;
  /** Keeps its own jar from one iteration to the next. Default false. */
  keepCookies?: boolean;
  /** What sends the requests, in place of the client's own connections. The caller closes it. */
  transport?: Transport;
}

/** Options of a request or a call. */
export interface RequestOptions extends SharedOptions {
  /** Appended to the URL's query. */
  query?: Query;
  /** Sent as it is. */
  body?: BodyInput | null;
  /** Sent as JSON, with `Content-Type: application/json` unless another is given. */
  json?: unknown;
  /** Sent URL-encoded, as a form. */
  form?: FormInput;
  /** Sent as `multipart/form-data`. */
  multipart?: FormData | MultipartInput;
  /** Codings for the body, in the order they are applied: `gzip`, `deflate`, `br`, `zstd`. */
  compression?: string;
  /** The `name` and `url` tags in place of the URL: one row for many URLs. */
  name?: string;
  /** Aborts the request. */
  signal?: AbortSignal;
  /** Listeners for this call alone, after the client's. */
  eventHandlers?: ClientEventHandlers;
}

const SHARED = [
  "headers",
  "timeout",
  "maxRedirects",
  "responseType",
  "decompress",
  "expectedStatuses",
  "auth",
  "retry",
  "tags",
  "throw",
];
const CLIENT = [
  ...SHARED,
  ...TRANSPORT_OPTIONS,
  "discardResponseBodies",
  "baseUrl",
  "jar",
  "keepCookies",
  "transport",
];
const REQUEST = [
  ...SHARED,
  "query",
  "body",
  "json",
  "form",
  "multipart",
  "compression",
  "name",
  "signal",
  "eventHandlers",
];

/** Checks a client's options. @throws {OptionError} */
export function checkClientOptions(options: ClientOptions): void {
  checkNames("Client", options, CLIENT);
  checkShared(options);
  checkTransportValues(options);
  const { transport } = options;
  if (transport === undefined) return;
  if (typeof transport?.send !== "function") {
    throw new OptionError("transport", "transport must have a method send(request)");
  }
  const own = TRANSPORT_OPTIONS.filter((name) => options[name] !== undefined);
  if (own.length > 0) {
    throw new OptionError(
      "transport",
      `transport is given beside ${own.join(", ")}: those are the transport's, give them to it`,
    );
  }
}

/** Checks a call's options. @throws {OptionError} */
export function checkRequestOptions(options: RequestOptions, extra: readonly string[] = []): void {
  checkNames("request", options, extra.length === 0 ? REQUEST : [...REQUEST, ...extra]);
  checkShared(options);
  if (options.eventHandlers !== undefined) new Emitter(undefined, options.eventHandlers);
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
  if (options.expectedStatuses !== undefined) readExpectation(options.expectedStatuses);
  if (options.retry !== undefined) readRetry(options.retry);
}
