import type { CookieJar } from "../cookies/mod.ts";
import { currentUser } from "./_user.ts";
import type { RequestBody } from "./body.ts";
import { checkCallback, type ResponseCallback } from "./expected.ts";
import type { Params, ResponseType } from "./params.ts";
import type { Response } from "./response.ts";
import { prepareCall, sendCall } from "./send.ts";
import type { RequestUrl } from "./url.ts";

/** Sends a request with any method. */
export async function request<RT extends ResponseType = "text">(
  method: string,
  url: RequestUrl,
  body?: RequestBody,
  params?: Params<RT> | null,
): Promise<Response<RT>> {
  return await sendCall(prepareCall(method, url, body, params)) as Response<RT>;
}

/** The same as `request`: here all of them are asynchronous. */
export const asyncRequest: typeof request = request;

/** Sends a GET request. */
export function get<RT extends ResponseType = "text">(
  url: RequestUrl,
  params?: Params<RT> | null,
): Promise<Response<RT>> {
  return request("GET", url, null, params);
}

/** Sends a HEAD request: the response has no body. */
export function head<RT extends ResponseType = "text">(
  url: RequestUrl,
  params?: Params<RT> | null,
): Promise<Response<RT>> {
  return request("HEAD", url, null, params);
}

/** Sends a POST request. */
export function post<RT extends ResponseType = "text">(
  url: RequestUrl,
  body?: RequestBody,
  params?: Params<RT> | null,
): Promise<Response<RT>> {
  return request("POST", url, body, params);
}

/** Sends a PUT request. */
export function put<RT extends ResponseType = "text">(
  url: RequestUrl,
  body?: RequestBody,
  params?: Params<RT> | null,
): Promise<Response<RT>> {
  return request("PUT", url, body, params);
}

/** Sends a PATCH request. */
export function patch<RT extends ResponseType = "text">(
  url: RequestUrl,
  body?: RequestBody,
  params?: Params<RT> | null,
): Promise<Response<RT>> {
  return request("PATCH", url, body, params);
}

/** Sends a DELETE request. */
export function del<RT extends ResponseType = "text">(
  url: RequestUrl,
  body?: RequestBody,
  params?: Params<RT> | null,
): Promise<Response<RT>> {
  return request("DELETE", url, body, params);
}

/** Sends an OPTIONS request. */
export function options<RT extends ResponseType = "text">(
  url: RequestUrl,
  body?: RequestBody,
  params?: Params<RT> | null,
): Promise<Response<RT>> {
  return request("OPTIONS", url, body, params);
}

/** The virtual user's jar of this iteration: the next one begins with another. */
export function cookieJar(): CookieJar {
  return currentUser().jar;
}

/**
 * Says what is no failure for the virtual user's requests from now on: `expectedStatuses(…)`, or
 * null for no `http_req_failed` at all. Default: 200 to 399.
 *
 * @throws {OptionError} for something else
 */
export function setResponseCallback(callback: ResponseCallback | null): void {
  currentUser().responseCallback = checkCallback("setResponseCallback", callback);
}
