import { DownpourError, OptionError } from "../../internal/mod.ts";
import type { Client } from "../client.ts";
import { inheritedHeaders } from "../defaults.ts";
import { HttpError } from "../errors.ts";
import type { AuthOption } from "../auth/mod.ts";
import { cookieField, readCookies } from "../own_cookies.ts";
import type { RequestOptions } from "../request_options.ts";
import type { Response as Answer } from "../response.ts";
import { currentUser, type User } from "./_user.ts";
import { readBody, type RequestBody, type SentBody } from "./body.ts";
import { checkParams, type Params, readTags, type ResponseType } from "./params.ts";
import { Response } from "./response.ts";
import type { Sent } from "./sent.ts";
import { type RequestUrl, TaggedUrl } from "./url.ts";

const NO_PARAMS: Params = Object.freeze({});

/** A call that was checked, and is still to be sent. */
export interface Call {
  readonly sent: Sent;
  readonly client: Client;
  /** Undefined where nothing is asked for, which is faster. */
  readonly options: RequestOptions | undefined;
  readonly responseType: ResponseType;
  readonly throws: boolean;
}

/** Checks a call and reads what it is to send. @throws {OptionError} @throws {HttpError} */
export function prepareCall(
  method: string,
  to: RequestUrl,
  given: RequestBody,
  params: Params | null = NO_PARAMS,
): Call {
  const user = currentUser();
  const asked = params ?? NO_PARAMS;
  checkParams(asked);
  const body = readBody(given);
  const { url, auth } = asked.auth === "digest" ? digestOf(String(to)) : { url: String(to) };
  const jar = asked.jar ?? user.jar;
  const client = jar === user.jar ? user.client : user.clientWith(jar);
  const own = asked.cookies ? readCookies(asked.cookies) : undefined;
  const cookie = (own === undefined && jar.empty) || !isHttp(url)
    ? null
    : cookieField(jar, own, url);
  const headers = asked.headers ?? undefined;
  const responseType = asked.responseType ??
    (user.options.discardResponseBodies ? "none" : "text");
  const name = to instanceof TaggedUrl ? to.name : undefined;
  const options = optionsOf(user, asked, body, responseType, auth, name);
  return {
    sent: { method, url, defaults: inheritedHeaders(user.options), headers, body, cookie },
    client,
    options: Object.keys(options).length === 0 ? undefined : options,
    responseType,
    throws: asked.throw ?? user.options.throw ?? false,
  };
}

/** Sends a call; its response has its body. @throws what made it fail, when the call wants that */
export async function sendCall({ sent, client, options, ...rest }: Call): Promise<Response> {
  const { responseType, throws } = rest;
  const binary = responseType === "binary";
  let answer: Answer | null = null;
  try {
    answer = await client.request(sent.method, sent.url, options);
    const { error } = answer;
    const bytes = error !== null || responseType === "none" ? null : await answer.bytes();
    return new Response({ sent, answer, error, bytes, binary });
  } catch (error) {
    // As in k6 a bad URL is a failed request. Other mistakes in the script reject.
    const isFailure = error instanceof DownpourError &&
      (answer !== null || error.code === "url_invalid");
    if (throws || !isFailure) throw error;
    return new Response({ sent, answer, error, bytes: null, binary });
  }
}

function optionsOf(
  user: User,
  params: Params,
  body: SentBody | null,
  responseType: ResponseType,
  auth: AuthOption | undefined,
  name: string | undefined,
): RequestOptions {
  const { headers, cookies, timeout, redirects, tags, compression, responseCallback } = params;
  const options: RequestOptions = { ...body?.options };
  if (headers) options.headers = headers;
  if (cookies) options.cookies = cookies;
  if (body !== null && compression) options.compression = compression;
  if (timeout !== undefined && timeout !== null) options.timeout = timeout;
  if (redirects !== undefined && redirects !== null) options.maxRedirects = redirects;
  if (tags) options.tags = readTags(tags);
  if (name !== undefined && options.tags?.["name"] === undefined) options.name = name;
  if (params.responseType) options.responseType = responseType === "none" ? "none" : "bytes";
  const expected = responseCallback === undefined ? user.responseCallback : responseCallback;
  if (expected !== undefined) options.expectedStatuses = expected as (status: number) => boolean;
  if (typeof params.throw === "boolean") options.throw = params.throw;
  if (auth !== undefined) options.auth = auth;
  return options;
}

function isHttp(url: string): boolean {
  return /^https?:$/.test(URL.parse(url)?.protocol ?? "");
}

/** Takes the credentials out of a URL, as they aren't sent before the server has asked. */
function digestOf(text: string): { url: string; auth?: AuthOption } {
  const url = URL.parse(text);
  if (url === null) return { url: text };
  if (url.username === "") {
    throw new OptionError(
      "auth",
      `auth is digest and ${url.origin} has no credentials: write http://name:password@host/`,
    );
  }
  const [username, password] = [decoded(url.username), decoded(url.password)];
  url.username = url.password = "";
  return { url: url.href, auth: { type: "digest", username, password } };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new HttpError(
      "url_invalid",
      "prepare",
      "credentials of the URL are badly encoded",
      cause,
    );
  }
}
