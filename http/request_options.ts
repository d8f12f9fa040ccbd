import { checkNames, OptionError } from "../internal/mod.ts";
import type { AuthOption } from "./auth/mod.ts";
import type { BodyInput } from "./body.ts";
import { checkInteger } from "./check.ts";
import { type ExpectedStatuses, readExpectation } from "./expected.ts";
import type { MultipartInput } from "./form/multipart.ts";
import type { FormInput } from "./form/urlencoded.ts";
import type { HeadersInput } from "./headers.ts";
import { readRetry, type RetryOptions } from "./retry.ts";
import { type CookiesInput, readCookies } from "./own_cookies.ts";
import type { Query } from "./target.ts";
import { checkTimeout, type TimeoutInput } from "./timeouts.ts";

/** What becomes of a response's body: `bytes` keeps it, `none` drops it, `stream` leaves it to the caller. */
export type ResponseType = "bytes" | "none" | "stream";

/** Options that a client, a request and a call share; the later of them wins. */
export interface SharedOptions {
  /** Added to every request; in a record, null takes an inherited one away. */
  headers?: HeadersInput | undefined;
  /**
   * Longest time for one attempt, from its start to the last byte: milliseconds or `"10s"`, default
   * 60 s, 0 is none. Or limits by step, `{ total, attempt, waiting, … }`, each over the inherited one
   * of its name (k6 issues 3932, 64). What takes longer fails as `request_timeout`.
   */
  timeout?: TimeoutInput;
  /** Redirects that are followed; past them the redirect itself is the response. Default 10. */
  maxRedirects?: number;
  /** Default `bytes`; `none` when the client has `discardResponseBodies`. */
  responseType?: ResponseType;
  /** Whether bodies are decoded by their `Content-Encoding`. Default true. */
  decompress?: boolean;
  /** Statuses that are no failure for `http_req_failed`; null: that metric isn't recorded. Default 200 to 399. */
  expectedStatuses?: ExpectedStatuses;
  /** Credentials. Basic and bearer are sent at once, digest (RFC 7616) when the server asks. */
  auth?: AuthOption | null;
  /**
   * Cookies by name, beside those of the jar and of the client: `"text"`, or `{ value, replace }`;
   * null sends none of the name. They go to the host that the call names, and aren't kept. A `Cookie`
   * header takes the place of all of them.
   */
  cookies?: CookiesInput;
  /** Attempts in all, or how failed ones are repeated. Default: none is. */
  retry?: number | RetryOptions | null;
  /** Added to the request's samples. */
  tags?: Readonly<Record<string, string>>;
  /** Rejects on a failed attempt instead of giving a response with status 0. Default false, as in k6. */
  throw?: boolean;
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
}

/** Names of the options that clients, requests and calls share. */
export const SHARED_OPTIONS: readonly string[] = [
  "headers",
  "timeout",
  "maxRedirects",
  "responseType",
  "decompress",
  "expectedStatuses",
  "auth",
  "cookies",
  "retry",
  "tags",
  "throw",
];
const REQUEST = [
  ...SHARED_OPTIONS,
  "query",
  "body",
  "json",
  "form",
  "multipart",
  "compression",
  "name",
  "signal",
];

/** Checks a call's options. @throws {OptionError} */
export function checkRequestOptions(options: RequestOptions, extra: readonly string[] = []): void {
  checkNames("request", options, extra.length === 0 ? REQUEST : [...REQUEST, ...extra]);
  checkShared(options);
}

/** Checks the values of shared options. @throws {OptionError} */
export function checkShared(options: SharedOptions): void {
  checkInteger("maxRedirects", options.maxRedirects, 0, 100);
  checkTimeout(options.timeout);
  const type = options.responseType;
  if (type !== undefined && type !== "bytes" && type !== "none" && type !== "stream") {
    throw new OptionError(
      "responseType",
      `responseType is ${JSON.stringify(type)}: choose bytes, none or stream`,
    );
  }
  if (options.expectedStatuses !== undefined) readExpectation(options.expectedStatuses);
  readCookies(options.cookies);
  if (options.retry !== undefined) readRetry(options.retry);
}
