import { DownpourError } from "../internal/mod.ts";
import { currentContext } from "../metrics/mod.ts";
import type { CallOptions } from "./call_options.ts";
import { Client } from "./client.ts";
import { HttpError } from "./errors.ts";
import {
  type FetchOptions,
  hasBody,
  normalizeMethod,
  readFetchOptions,
  type RedirectMode,
} from "./fetch_options.ts";
import { isRedirect } from "./redirect.ts";
import { Request } from "./request.ts";
import type { Response } from "./response.ts";

const CLIENT = Symbol("downpour.http.client");
const NO_OPTIONS: FetchOptions = Object.freeze({});

/**
 * Sends a request with the default client of the running virtual user (of the process, outside a
 * load test). As on the web it rejects when there is no response at all, whatever its status, and
 * with the signal's reason when that aborts it.
 *
 * It takes the web's `Request` too. The body of one is read before it is sent: give a stream as the
 * option `body` instead.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { fetch } from "@downpour/downpour/http";
 * import { startTarget } from "@downpour/downpour/targets";
 *
 * await using target = startTarget();
 * const response = await fetch(`${target.url}/post`, {
 *   method: "POST",
 *   json: { name: "k6" },
 *   headers: { Connection: "close" },
 * });
 * assert.equal(response.status, 200);
 * ```
 */
export function fetch(
  input: string | URL | Request | globalThis.Request,
  options: FetchOptions = NO_OPTIONS,
): Promise<Response> {
  try {
    if (input instanceof globalThis.Request) return fetchWeb(input, options);
    return send(input, options);
  } catch (error) {
    return Promise.reject(error);
  }
}

/** A request of the web's own kind; options replace what it has (WHATWG Fetch, section 5.4). */
async function fetchWeb(request: globalThis.Request, options: FetchOptions): Promise<Response> {
  const { signal, url } = request;
  if (signal.aborted) throw signal.reason;
  const read = readFetchOptions(options); // What is wrong is told before the body is used up.
  let body: FetchOptions["body"];
  if (request.body !== null && !hasBody(read.call)) {
    if (request.bodyUsed) {
      throw new HttpError(
        "body_used",
        "prepare",
        "fetch was given a Request whose body was used: clone it before",
      );
    }
    body = await request.bytes();
  }
  const { maxRedirects } = options;
  return await send(url, {
    method: request.method,
    headers: request.headers,
    signal,
    ...(maxRedirects === undefined ? { redirect: request.redirect } : {}),
    ...(body === undefined ? {} : { body }),
    ...options,
  });
}

function send(input: string | URL | Request, options: FetchOptions): Promise<Response> {
  const { method: asked, redirect, call } = readFetchOptions(options);
  const declared = input instanceof Request ? input : null;
  const method = normalizeMethod(asked ?? declared?.method ?? "GET");
  const sends = hasBody(call) || (declared !== null && hasBody(declared.options));
  if (sends && (method === "GET" || method === "HEAD")) {
    throw new HttpError(
      "request_invalid",
      "prepare",
      `fetch has a body for ${method}: give a method, or use a client`,
    );
  }
  if (redirect === "manual" || redirect === "error") call.maxRedirects = 0;
  const client = defaultClient();
  const sent = declared === null
    ? client.request(method, input as string | URL, call)
    : method === declared.method
    ? client.request(declared, call)
    : client.request(new Request(declared.url, { ...declared.options, method }), call);
  const signal = call.signal ?? declared?.options.signal;
  if (redirect !== "error" && signal === undefined) return sent;
  return asOnTheWeb(sent, redirect, call, signal);
}

async function asOnTheWeb(
  sent: Promise<Response>,
  redirect: RedirectMode | undefined,
  call: CallOptions,
  signal: AbortSignal | undefined,
): Promise<Response> {
  let response: Response;
  try {
    response = await sent;
  } catch (error) {
    const isAbort = error instanceof DownpourError && error.code === "aborted";
    throw isAbort && signal?.aborted ? signal.reason : error;
  }
  if (redirect !== "error" || !isRedirect(response.status)) return response;
  if (call.responseType === "stream") await response.body.cancel();
  const { method, url } = response.request;
  const { origin, pathname } = new URL(url);
  const error = new HttpError(
    "redirect_refused",
    "redirect",
    `redirect of ${method} ${origin}${pathname} can't be followed: fetch was told redirect: "error"`,
  );
  if (call.throw) throw error;
  return response.failedWith(error);
}

function defaultClient(): Client {
  const { locals, owned } = currentContext();
  let client = locals.get(CLIENT) as Client | undefined;
  if (client === undefined) {
    client = new Client();
    // It lives as long as its user, not only to the end of the iteration that needed it first.
    owned?.delete(client);
    locals.set(CLIENT, client);
  }
  return client;
}
