import { HttpError } from "./errors.ts";

/** Query parameters: arrays repeat the name, undefined and null are left out. */
export type Query = Readonly<
  Record<
    string,
    string | number | boolean | null | undefined | readonly (string | number | boolean)[]
  >
>;

/** Names a URL for the tags `name` and `url`. */
export type UrlName = (url: string) => string;

/** A URL, taken apart once into what requests to it need. */
export interface Target {
  /** The URL as sent: without userinfo and fragment. */
  readonly url: string;
  /** The same without its query: what metrics are tagged with, so that a changing query is one row. */
  readonly name: string;
  /** What made the name; redirects use it too. */
  readonly urlName: UrlName | undefined;
  /** Scheme, host and port: what connections are kept by. */
  readonly origin: string;
  /** `host:port` to connect to. */
  readonly address: string;
  /** Host name or IP address, IPv6 without brackets. */
  readonly hostname: string;
  /** Whether it takes TLS: `https:`. */
  readonly secure: boolean;
  /** Value of the `Host` field. */
  readonly host: string;
  /** Path and query for the request line. */
  readonly path: string;
  /** `Basic …` from the URL's userinfo, or null. */
  readonly authorization: string | null;
  /** Whether a redirect led here. */
  readonly redirected: boolean;
}

/**
 * Takes a URL apart.
 *
 * @throws {HttpError} `url_invalid`
 */
export function parseTarget(
  text: string,
  base: string | undefined,
  query: Query | undefined,
  urlName?: UrlName,
  redirected = false,
): Target {
  let url: URL;
  try {
    url = new URL(text, base);
  } catch (cause) {
    const hint = base === undefined && !/^[a-z][a-z0-9+.-]*:\/\//i.test(text)
      ? " (write it with its scheme, like http://127.0.0.1:8000/)"
      : "";
    throw new HttpError(
      "url_invalid",
      "prepare",
      `not a URL: ${JSON.stringify(text)}${hint}`,
      cause,
    );
  }
  const secure = url.protocol === "https:";
  if (!secure && url.protocol !== "http:") {
    throw new HttpError(
      "url_invalid",
      "prepare",
      `scheme ${JSON.stringify(url.protocol.slice(0, -1))} of ${
        redact(url)
      } is not supported (use http or https)`,
    );
  }
  if (query !== undefined) appendQuery(url, query);
  let authorization: string | null = null;
  if (url.username !== "" || url.password !== "") {
    const pair = decodedPair(url);
    const bytes = new TextEncoder().encode(pair);
    authorization = `Basic ${btoa(String.fromCharCode(...bytes))}`;
    url.username = url.password = "";
  }
  url.hash = "";
  return {
    url: url.href,
    name: urlName === undefined ? url.origin + url.pathname : String(urlName(url.href)),
    urlName,
    origin: url.origin,
    address: url.port === "" ? `${url.hostname}:${secure ? 443 : 80}` : url.host,
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    secure,
    host: url.host,
    path: url.pathname + url.search,
    authorization,
    redirected,
  };
}

function decodedPair(url: URL): string {
  try {
    return `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  } catch (cause) {
    const why = "its user name or password is not percent-encoded";
    throw new HttpError("url_invalid", "prepare", `URL ${redact(url)} is invalid: ${why}`, cause);
  }
}

function appendQuery(url: URL, query: Query): void {
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null) continue;
    for (const item of Array.isArray(value) ? value : [value]) {
      if (typeof item === "object") {
        throw new HttpError("request_invalid", "prepare", `query parameter ${name} is an object`);
      }
      url.searchParams.append(name, String(item));
    }
  }
}

/** A URL that may be shown: no userinfo. */
function redact(url: URL): string {
  const copy = new URL(url);
  copy.username = copy.password = "";
  return copy.href;
}
