import { OptionError, VERSION } from "../internal/mod.ts";

/** Where a server takes payloads. */
export interface Endpoint {
  /** Without user and password. */
  readonly url: URL;
  /** What every request to it carries: `user-agent`, and `authorization` where the URL has a user. */
  readonly headers: Record<string, string>;
}

/**
 * The server that an output's argument names. A user and password in it go into a header, as
 * `fetch` refuses them in a URL and messages must not show them.
 *
 * @param option what named it, for messages: `--out influxdb`
 * @throws {OptionError} when it is no URL of `http` or `https`
 */
export function readEndpoint(text: string, option: string, example: string): Endpoint {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === "") {
    throw new OptionError(
      option,
      `${option} takes a URL of http or https, not "${shown(text)}" (write it like ${example})`,
    );
  }
  const headers: Record<string, string> = { "user-agent": `Downpour/${VERSION}` };
  if (url.username !== "") {
    headers["authorization"] = basicAuth(decoded(url.username), decoded(url.password));
  }
  url.username = url.password = url.hash = "";
  return { url, headers };
}

/** The value of `Authorization` for a user and password (RFC 7617, UTF-8). */
export function basicAuth(user: string, password: string): string {
  return `Basic ${new TextEncoder().encode(`${user}:${password}`).toBase64()}`;
}

/** An address for people: without the query, where tokens may stand. */
export function addressOf({ origin, pathname }: URL): string {
  return pathname === "/" ? origin : `${origin}${pathname}`;
}

/**
 * Takes the parameters that are ours out of a URL's query.
 *
 * @param names those there are; the rest of the query is left as it is
 */
export function takeParams<N extends string>(
  url: URL,
  names: readonly N[],
): Partial<Record<N, string>> {
  const taken: Partial<Record<N, string>> = {};
  for (const name of names) {
    const value = url.searchParams.get(name);
    if (value === null) continue;
    taken[name] = value;
    url.searchParams.delete(name);
  }
  return taken;
}

/** Percent-encoding decoded; text that has a % by itself stays as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A text that is no URL, without what may be secret in it. */
function shown(text: string): string {
  return text.replace(/^([a-z]+:\/\/)?.*@/is, "$1***@").replace(/\?.*$/s, "?…");
}
