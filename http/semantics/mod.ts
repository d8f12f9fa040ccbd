/**
 * What HTTP means whatever carries it (RFC 9110): fields, bodies, credentials, cookies and the
 * judgement of statuses, checked as this package's client checks them. For layers that carry HTTP
 * over a protocol of their own; nothing of it opens a connection.
 *
 * @module
 */
export { type AuthOption, readAuth } from "../auth/mod.ts";
export { type BodyInput, encodeBody, type EncodedBody } from "../body.ts";
export { CookieKeeper } from "../cookie_keeper.ts";
export { CookieJar } from "../cookies/mod.ts";
export { type ExpectedStatuses, readExpectation } from "../expected.ts";
export { HttpError } from "../errors.ts";
export { isToken } from "../h1/mod.ts";
export { type FieldMap, type HeadersInput, mergeHeaders, NO_HEADERS } from "../headers.ts";
export {
  checkCallback,
  type ExpectedStatus,
  expectedStatuses,
  type ResponseCallback,
} from "../k6/expected.ts";
export { cookieField, type CookiesInput, readCookies } from "../own_cookies.ts";
export type { ResponseTimings } from "../response_timings.ts";
