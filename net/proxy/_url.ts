import { OptionError } from "../../internal/mod.ts";
import { type Address, parseAddress } from "../address.ts";

/** How a proxy is talked to. */
export type ProxyKind = "http" | "https" | "socks5";

/** What the text of a proxy says. */
export interface ProxyUrl {
  readonly kind: ProxyKind;
  readonly address: Address;
  /** Whether the proxy resolves the target's name. */
  readonly remoteNames: boolean;
  /** Percent-decoded; both are empty without credentials. */
  readonly username: string;
  readonly password: string;
}

/** Ports are the scheme's own (RFC 9110 §4.2; IANA's `socks`), not curl's 1080 for all. */
const SCHEMES: ReadonlyMap<string, { kind: ProxyKind; port: number; remoteNames: boolean }> =
  new Map([
    ["http", { kind: "http", port: 80, remoteNames: true }],
    ["https", { kind: "https", port: 443, remoteNames: true }],
    ["socks5", { kind: "socks5", port: 1080, remoteNames: false }],
    ["socks5h", { kind: "socks5", port: 1080, remoteNames: true }],
  ]);

const MAX_SHOWN = 300;

/**
 * Reads `host:port` (an HTTP proxy) or a URL.
 *
 * @param option what the error is about, for example `proxy` or `HTTPS_PROXY`
 * @throws {OptionError} with the text, its credentials masked
 */
export function parseProxyUrl(text: string, option: string): ProxyUrl {
  const refuse = (reason: string) =>
    new OptionError(option, `${option} ${JSON.stringify(masked(text))} is invalid: ${reason}`);
  // URL would leave some of them out without a word.
  if (/[\s\p{Cc}]/u.test(text)) throw refuse("it has white space or a control character");
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    if (text.includes("@")) {
      throw refuse("credentials need a URL, write http://user:password@host:port");
    }
    const address = readAddress(text, refuse);
    return { kind: "http", address, remoteNames: true, username: "", password: "" };
  }
  const known = SCHEMES.get(scheme);
  if (known === undefined) {
    throw refuse(`the scheme must be ${[...SCHEMES.keys()].join(", ")}, not ${scheme}`);
  }
  const url = URL.parse(text); // Its exception would show the credentials.
  if (url === null) {
    throw refuse("write scheme://user:password@host:port, with / ? # and @ percent-encoded");
  }
  if (!["", "/"].includes(url.pathname) || url.search !== "" || url.hash !== "") {
    throw refuse("a proxy has no path, query or fragment");
  }
  const { kind, remoteNames } = known;
  const host = decode(url.hostname, refuse);
  const address = readAddress(`${host}:${url.port || known.port}`, refuse);
  const username = decode(url.username, refuse);
  const password = decode(url.password, refuse);
  return { kind, address, remoteNames, username, password };
}

/** Whatever could be credentials is left out: all between the scheme and the last `@`. */
function masked(text: string): string {
  const shown = text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, "$1***@");
  return shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}…` : shown;
}

function readAddress(text: string, refuse: (reason: string) => OptionError): Address {
  try {
    return parseAddress(text);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw refuse(error.message.replace(/^address ".*" is invalid: /s, ""));
  }
}

function decode(text: string, refuse: (reason: string) => OptionError): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refuse("write % as %25, other characters as percent-encoded UTF-8");
  }
}
