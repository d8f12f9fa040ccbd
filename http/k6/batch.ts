import { checkNames, OptionError } from "../../internal/mod.ts";
import { currentContext } from "../../metrics/mod.ts";
import { batchLimits } from "../defaults.ts";
import { sendTogether } from "../send_together.ts";
import type { RequestBody } from "./body.ts";
import type { Params } from "./params.ts";
import type { Response } from "./response.ts";
import { type Call, prepareCall, sendCall } from "./send.ts";
import { type RequestUrl, TaggedUrl } from "./url.ts";

/** One request of a batch: a URL for GET, a list, or an object. */
export type BatchRequest =
  | RequestUrl
  | readonly [url: RequestUrl]
  | readonly [
    method: string,
    url: RequestUrl,
    body?: RequestBody,
    params?: Params | null,
  ]
  | {
    readonly method?: string;
    readonly url: RequestUrl;
    readonly body?: RequestBody;
    readonly params?: Params | null;
  };

/** Responses in the shape of their requests. */
export type BatchResponses<T> = { -readonly [K in keyof T]: Response };

/**
 * Sends several requests at once, as many as the run options `batch` (20) and `batchPerHost` (6) say,
 * as a list or by name; what comes back has the same shape. When one rejects no more are begun, and it rejects once the others are done.
 *
 * @throws {OptionError} for what is no request, before any is sent
 */
export async function batch<
  T extends readonly BatchRequest[] | Readonly<Record<string, BatchRequest>>,
>(requests: T): Promise<BatchResponses<T>> {
  if (typeof requests !== "object" || requests === null) {
    throw new OptionError("requests", `batch takes a list or an object: ${String(requests)}`);
  }
  const entries = Object.entries<unknown>(requests);
  const calls = entries.map(([name, request]) => readCall(name, request));
  const limits = batchLimits(currentContext());
  const responses = await sendTogether(calls, hostOf, limits, sendCall);
  const all = Array.isArray(requests)
    ? responses
    : Object.fromEntries(entries.map(([name], index) => [name, responses[index]]));
  return all as BatchResponses<T>;
}

function readCall(name: string, request: unknown): Call {
  if (isUrl(request)) return prepareCall("GET", request, null);
  if (Array.isArray(request) && isUrl(request[0])) {
    if (request.length === 1) return prepareCall("GET", request[0], null);
    const [method, url, body, params] = request as [string, RequestUrl, RequestBody, Params?];
    if (isUrl(url)) return prepareCall(checkMethod(name, method), url, body, params);
  }
  if (typeof request === "object" && request !== null && "url" in request && isUrl(request.url)) {
    checkNames(`batch request ${name}`, request, ["method", "url", "body", "params"]);
    const { method = "GET", url, body, params } = request as {
      method?: string;
      url: RequestUrl;
      body?: RequestBody;
      params?: Params;
    };
    return prepareCall(checkMethod(name, method), url, body, params);
  }
  throw new OptionError(
    "requests",
    `batch request ${name} is ${
      JSON.stringify(request)?.slice(0, 80) ?? typeof request
    }: write a URL, [method, url, body, params] or { method, url, body, params }`,
  );
}

function isUrl(value: unknown): value is RequestUrl {
  return typeof value === "string" || value instanceof URL || value instanceof TaggedUrl;
}

function checkMethod(name: string, method: unknown): string {
  if (typeof method === "string") return method;
  throw new OptionError("requests", `method of batch request ${name} is ${String(method)}`);
}

function hostOf({ sent }: Call): string {
  return URL.parse(sent.url)?.host ?? "";
}
