import { checkNames, OptionError } from "../../internal/mod.ts";
import { checkInteger } from "../check.ts";
import { CookieJar } from "../cookies/mod.ts";
import type { HeadersInput } from "../headers.ts";
import type { CookiesInput } from "../own_cookies.ts";
import { checkCallback, type ResponseCallback } from "./expected.ts";

/** What a response's body is given as. */
export type ResponseType = "text" | "binary" | "none";

/** Parameters of a call; unknown ones are refused. */
export interface Params<RT extends ResponseType = ResponseType> {
  /** Added to the request. */
  readonly headers?: HeadersInput | null;
  /** Sent with this call's requests to the URL's host, beside the jar's. Not kept. */
  readonly cookies?: CookiesInput | null;
  /** The jar to use in place of the virtual user's. */
  readonly jar?: CookieJar | null;
  /** How the credentials in the URL are sent. Default `basic`. */
  readonly auth?: "basic" | "digest" | null;
  /** Longest time of each request, redirected ones anew: milliseconds or `"10s"`. Default 60 s. */
  readonly timeout?: number | string | null;
  /** Redirects that are followed; past them the redirect itself is the response. Default 10. */
  readonly redirects?: number | null;
  /** Added to the samples; `name` takes the place of the URL. */
  readonly tags?: Readonly<Record<string, string | number | boolean>> | null;
  /** Codings for the body, in the order they are applied: `gzip`, `deflate`, `zstd`, `br`. */
  readonly compression?: string | null;
  /** Default `text`; `none` where the run discards bodies. */
  readonly responseType?: RT | null;
  /** What is no failure for `http_req_failed`; null: that metric isn't recorded. */
  readonly responseCallback?: ResponseCallback | null;
  /** Rejects when the request fails. Default: what the run says, else false. */
  readonly throw?: boolean | null;
}

const NAMES = [
  "headers",
  "cookies",
  "jar",
  "auth",
  "timeout",
  "redirects",
  "tags",
  "compression",
  "responseType",
  "responseCallback",
  "throw",
];
const TYPES: readonly unknown[] = ["text", "binary", "none"];

/** Checks what the client won't. @throws {OptionError} */
export function checkParams(params: Params): void {
  if (typeof params !== "object") {
    throw new OptionError("params", `params is ${String(params)}: give an object`);
  }
  checkNames("params", params, NAMES);
  const { jar, auth, redirects, responseType, responseCallback } = params;
  if (jar !== undefined && jar !== null && !(jar instanceof CookieJar)) {
    throw new OptionError("jar", "jar is no jar: give a CookieJar, or http.cookieJar()");
  }
  checkAuth(auth);
  if (redirects !== null) checkInteger("redirects", redirects, 0, 100);
  if (responseType !== undefined && responseType !== null && !TYPES.includes(responseType)) {
    throw new OptionError(
      "responseType",
      `responseType is ${JSON.stringify(responseType)}: choose text, binary or none`,
    );
  }
  if (responseCallback !== undefined) checkCallback("responseCallback", responseCallback);
}

function checkAuth(auth: unknown): void {
  if (auth === undefined || auth === null || auth === "basic" || auth === "digest") return;
  throw new OptionError(
    "auth",
    auth === "ntlm"
      ? "auth ntlm isn't there: choose basic or digest"
      : `auth is ${JSON.stringify(auth)}: choose basic or digest`,
  );
}

/** Tags as text. @throws {OptionError} */
export function readTags(tags: NonNullable<Params["tags"]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).map(([name, value]) => {
      if (["string", "number", "boolean"].includes(typeof value)) return [name, String(value)];
      throw new OptionError("tags", `tag ${name} is ${typeof value}: give text`);
    }),
  );
}
