import {
  cookieField,
  type CookieJar,
  type FieldMap,
  type HeadersInput,
  isToken,
  mergeHeaders,
  NO_HEADERS,
  readAuth,
  readCookies,
} from "../../http/semantics/mod.ts";
import { OptionError } from "../../internal/mod.ts";
import { readBody, type WrpcBody } from "./body.ts";
import {
  toWireFields,
  toWireMethod,
  toWireScheme,
  type WireBody,
  type WireFields,
  type WireRequestHead,
} from "./messages.ts";
import { readCredentials, type WrpcHttpParams } from "./params.ts";

/** What requests of a client begin with. */
export interface RequestDefaults {
  readonly headers: FieldMap;
  /** The field `Authorization`. */
  readonly credentials: string | undefined;
}

/** A request that was checked. */
export interface PreparedRequest {
  readonly record: WireRequestHead & WireBody;
  /** Without credentials and fragment. */
  readonly url: string;
}

/**
 * Makes the record of a request.
 *
 * @param jar whose cookies go with it; undefined for none
 * @throws {OptionError} for a method, URL or parameter that can't be
 * @throws {HttpError} `request_invalid`, `cookie_invalid`
 */
export function prepareRequest(
  method: string,
  to: string | URL,
  given: WrpcBody,
  params: WrpcHttpParams,
  { headers: defaults, credentials }: RequestDefaults,
  jar: CookieJar | undefined,
): PreparedRequest {
  if (typeof method !== "string" || !isToken(method)) {
    throw new OptionError("method", `method ${JSON.stringify(method)} is no token`);
  }
  const url = readUrl(to);
  const { chunks, fields } = readBody(given);
  const authorization = readCredentials(params.auth) ?? ofUrl(url) ?? credentials;
  url.username = url.password = url.hash = "";
  const own = mergeHeaders(defaults, params.headers ?? undefined);
  const all = [...own.values()].flat() as [string, string][];
  const add = (name: string, value: string): void => {
    if (!own.has(name)) all.push([name, value]);
  };
  for (const [name, value] of fields) add(name, value);
  if (authorization !== undefined) add("authorization", authorization);
  const cookies = params.cookies ? readCookies(params.cookies) : undefined;
  if (jar !== undefined || cookies !== undefined) {
    const cookie = cookieField(jar, cookies, url.href);
    if (cookie !== null) add("cookie", cookie);
  }
  return {
    url: url.href,
    record: {
      body: chunks,
      trailers: params.trailers ? trailersOf(params.trailers) : undefined,
      method: toWireMethod(method),
      pathWithQuery: `${url.pathname}${url.search}`,
      scheme: toWireScheme(url.protocol.slice(0, -1)),
      authority: url.host,
      headers: toWireFields(all),
    },
  };
}

function readUrl(to: string | URL): URL {
  const url = URL.parse(String(to));
  if (url !== null && url.host !== "") return url;
  const shown = JSON.stringify(String(to).slice(0, 200));
  throw new OptionError("url", `url is ${shown}: give a whole one, as http://example.com/path`);
}

/** Basic credentials of the URL; undefined without any. */
function ofUrl({ username, password }: URL): string | undefined {
  if (username === "") return undefined;
  const auth = {
    type: "basic" as const,
    username: decoded(username),
    password: decoded(password),
  };
  return readAuth(auth).constant ?? undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new OptionError("url", "credentials of the URL are badly encoded", cause);
  }
}

async function trailersOf(trailers: HeadersInput | Promise<HeadersInput>): Promise<WireFields> {
  const fields = mergeHeaders(NO_HEADERS, await trailers);
  return toWireFields([...fields.values()].flat());
}
