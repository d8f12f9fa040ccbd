/**
 * k6's HTTP API, `k6/http`, with functions that give promises: put `await` before each call of a k6
 * script and most of it runs as it is.
 *
 * Each virtual user has its own connections, and a cookie jar for each iteration.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import http from "./mod.ts";
 * import { startTarget } from "@downpour/downpour/targets";
 *
 * await using target = startTarget();
 * const response = await http.post(`${target.url}/post`, { name: "k6" }, {
 *   headers: { Connection: "close" },
 * });
 * assert.equal(response.status, 200);
 * assert.equal(response.json("form.name"), "k6");
 * ```
 *
 * @module
 */
import { CookieJar } from "../cookies/mod.ts";
import { batch } from "./batch.ts";
import * as constants from "./constants.ts";
import { expectedStatuses } from "./expected.ts";
import { file, FileData } from "./file.ts";
import {
  asyncRequest,
  cookieJar,
  del,
  get,
  head,
  options,
  patch,
  post,
  put,
  request,
  setResponseCallback,
} from "./requests.ts";
import { Response } from "./response.ts";
import { url } from "./url.ts";

export * from "./constants.ts";
export { batch, type BatchRequest, type BatchResponses } from "./batch.ts";
export type { FormValue, RequestBody } from "./body.ts";
export type { FormScalar } from "../form/mod.ts";
export type { HeadersInput } from "../headers.ts";
export { CookieJar, type CookieOptions } from "../cookies/mod.ts";
export type {
  ResponseCookie,
  ResponseCookies,
  SerializedCookie,
  SerializedCookieJar,
} from "../cookies/mod.ts";
export { type ExpectedStatus, expectedStatuses, type ResponseCallback } from "./expected.ts";
export { file, type FileContent, FileData } from "./file.ts";
export type { CookieInput, CookiesInput } from "../own_cookies.ts";
export type { Params, ResponseType } from "./params.ts";
export {
  asyncRequest,
  cookieJar,
  del,
  get,
  head,
  options,
  patch,
  post,
  put,
  request,
  setResponseCallback,
} from "./requests.ts";
export { type Ocsp, Response, type ResponseBody, type Timings } from "./response.ts";
export type { RequestCookie, RequestInfo } from "./sent.ts";
export { type RequestUrl, TaggedUrl, url } from "./url.ts";

/** All of `k6/http`. */
const http = {
  ...constants,
  asyncRequest,
  batch,
  cookieJar,
  CookieJar,
  del,
  expectedStatuses,
  file,
  FileData,
  get,
  head,
  options,
  patch,
  post,
  put,
  request,
  Response,
  setResponseCallback,
  url,
};
export default http;
