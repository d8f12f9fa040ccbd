import { HttpError } from "../errors.ts";

/** What of a URL decides which cookies go there. The port doesn't. */
export interface CookieUrl {
  /** Host name in lower case, or an IP address (IPv6 in brackets). */
  readonly host: string;
  /** Whether the host is an IP address. */
  readonly isIp: boolean;
  /** Path, at least a slash. */
  readonly path: string;
  /** Whether cookies marked `Secure` may come from there and go there. */
  readonly trusted: boolean;
}

const SCHEMES = new Set(["http:", "https:", "ws:", "wss:"]);

/**
 * Takes a URL apart. Trusted are `https:`, `wss:` and, as in browsers, this very machine
 * (`localhost`, `*.localhost`, `127.0.0.0/8`, `[::1]`), so that a service can be tried without TLS.
 *
 * @throws {HttpError} `cookie_invalid`
 */
export function readCookieUrl(text: string): CookieUrl {
  const url = URL.parse(text);
  if (url === null || !SCHEMES.has(url.protocol)) {
    // Its text is not shown: a URL may have a password in it.
    const what = url === null ? "not an absolute URL" : `a URL of scheme ${url.protocol}`;
    throw new HttpError(
      "cookie_invalid",
      "prepare",
      `a cookie's url is ${what}: give http or https`,
    );
  }
  const host = url.hostname;
  return {
    host,
    isIp: host.startsWith("[") || /^\d+\.\d+\.\d+\.\d+$/.test(host),
    path: url.pathname,
    trusted: url.protocol === "https:" || url.protocol === "wss:" || isLoopback(host),
  };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" ||
    /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** The path of cookies that name none: that of the URL up to its last slash (RFC 6265 §5.1.4). */
export function defaultPath(path: string): string {
  const end = path.lastIndexOf("/");
  return end <= 0 ? "/" : path.slice(0, end);
}

/** Whether a cookie of `cookiePath` goes to `path` (RFC 6265 §5.1.4). */
export function pathMatches(path: string, cookiePath: string): boolean {
  if (!path.startsWith(cookiePath)) return false;
  return path.length === cookiePath.length || cookiePath.endsWith("/") ||
    path[cookiePath.length] === "/";
}

/** Whether `host` is `domain` or below it (RFC 6265 §5.1.3). IP addresses are below nothing. */
export function domainMatches({ host, isIp }: CookieUrl, domain: string): boolean {
  return host === domain || (!isIp && host.endsWith(`.${domain}`));
}
