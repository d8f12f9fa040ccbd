import { OptionError } from "../internal/mod.ts";
import type { BodyInput } from "./body.ts";
import type { FormInput } from "./form/urlencoded.ts";
import { checkRequestOptions, type RequestOptions } from "./request_options.ts";
import { Request } from "./request.ts";

/** What a batch's request carries, as in k6: text, bytes or a stream as they are, a record as a form. */
export type BatchBody = BodyInput | FormInput | null;

/**
 * One request of a batch: a URL for GET, a request, or method, URL and options; or one of k6's shapes,
 * whose `params` are options too. In a list of three, an object is options and all else the body.
 */
export type BatchRequest =
  | string
  | URL
  | Request
  | readonly [method: string, url: string | URL, options?: RequestOptions]
  | readonly [method: string, url: string | URL, body: BodyInput | null | undefined]
  | readonly [
    method: string,
    url: string | URL,
    body: BatchBody | undefined,
    params: RequestOptions | null | undefined,
  ]
  | BatchObject;

/** A request of a batch by names: options beside its method and URL, or in `params`. */
export interface BatchObject extends Omit<RequestOptions, "body"> {
  /** Default GET. */
  readonly method?: string;
  /** Absolute, or relative to the client's `baseUrl`. */
  readonly url: string | URL;
  /** Sent as it is; a record as a form. */
  readonly body?: BatchBody;
  /** Further options, as k6 has them in an object of their own; those beside it win. */
  readonly params?: RequestOptions | null;
}

/** A request of any shape. @param name of it in the batch @throws {OptionError} for what is none */
export function readBatchRequest(name: string, request: unknown): Request {
  if (request instanceof Request) return request;
  if (isUrl(request)) return new Request(request);
  if (Array.isArray(request) && request.length >= 2 && request.length <= 4 && isUrl(request[1])) {
    const [method, url, third, params] = request;
    const isOptions = request.length === 3 && !isContent(third);
    return isOptions
      ? made(name, method, url, checked(third))
      : made(name, method, url, { ...checked(params), ...bodyOf(third) });
  }
  if (isRecord(request) && isUrl(request.url)) {
    const { method = "GET", url, body, params, ...options } = request;
    const all = { ...checked(params), ...checked(options), ...bodyOf(body) };
    return made(name, method, url, all);
  }
  throw new OptionError(
    "requests",
    `batch request ${name} is ${
      JSON.stringify(request)?.slice(0, 80) ?? typeof request
    }: write a URL, a Request, [method, url, options], [method, url, body, params] or ` +
      "{ method, url, ...options }",
  );
}

function made(
  name: string,
  method: unknown,
  url: string | URL,
  options: RequestOptions,
): Request {
  if (typeof method === "string") return new Request(url, { ...options, method });
  throw new OptionError("requests", `method of batch request ${name} is ${String(method)}`);
}

/** Options that a caller gave: anything. @throws {OptionError} */
function checked(options: unknown): RequestOptions {
  if (options === undefined || options === null) return {};
  checkRequestOptions(options);
  return options;
}

/** The option that a body of k6's is. */
function bodyOf(body: unknown): Pick<RequestOptions, "body" | "form"> {
  if (body === undefined || body === null) return {};
  return isContent(body) ? { body } : { form: body as FormInput };
}

function isContent(value: unknown): value is BodyInput {
  if (typeof value !== "object" || value === null) return typeof value === "string";
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof Blob ||
    Symbol.asyncIterator in value;
}

function isUrl(value: unknown): value is string | URL {
  return typeof value === "string" || value instanceof URL;
}

/** A plain object, of this realm or another; a web `Request` isn't one. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
