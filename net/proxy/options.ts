import { checkNames, OptionError } from "../../internal/mod.ts";
import type { Address } from "../address.ts";
import { checkTlsOptions } from "../tls/check_options.ts";
import type { TlsOptions } from "../tls/options.ts";
import { Credentials } from "./_credentials.ts";
import { checkHeaders } from "./_headers.ts";
import { parseProxyUrl, type ProxyKind } from "./_url.ts";
import { proxyFromEnv, type ProxyUse } from "./env.ts";

/**
 * A proxy to connect through:
 *
 * - `host:port`: an HTTP proxy, asked with CONNECT
 * - `http://user:password@host:port`: the same; the port is 80 unless given
 * - `https://…`: an HTTP proxy reached by TLS; port 443
 * - `socks5://…`: a SOCKS5 proxy, names are resolved on this side; port 1080
 * - `socks5h://…`: a SOCKS5 proxy that resolves the names
 * - `env`: the one that the environment names: `ALL_PROXY`, `HTTPS_PROXY`, `HTTP_PROXY`, except for
 *   targets in `NO_PROXY`
 * - an empty text: none
 *
 * User name and password are percent-encoded in a URL, and never shown in messages.
 */
export type ProxyOption = string | ProxyOptions;

/** A proxy with more to say than its URL. */
export interface ProxyOptions {
  /** `host:port` or a URL, as in {@linkcode ProxyOption}. */
  url: string;
  /** Headers for the CONNECT request of an HTTP proxy. The target never sees them. */
  headers?: Readonly<Record<string, string>>;
  /** User name, where the URL has none. Goes with `password`. */
  username?: string;
  /** Password. @default {""} */
  password?: string;
  /** How to make the connection to an `https` proxy secure. */
  tls?: TlsOptions;
}

/** A checked proxy. */
export interface Proxy {
  /** How it is talked to; `https` is `http` in TLS. */
  readonly kind: ProxyKind;
  /** Where it is. */
  readonly address: Address;
  /** Whether the proxy resolves the target's name. */
  readonly remoteNames: boolean;
  /** For the connection to an `https` proxy. */
  readonly tls: TlsOptions;
  /** For the CONNECT request, without those of the credentials. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Null without. */
  readonly credentials: Credentials | null;
}

const NAMES = ["url", "headers", "username", "password", "tls"];

/**
 * Reads the option `proxy` of whatever connects; null for none.
 *
 * @param use what `env` is asked for @default {"tcp"}
 * @throws {OptionError} for an option that doesn't exist or a value that can't be used
 * @throws {NetError} `permission_denied` when `env` can't be read
 */
export function readProxy(
  option: ProxyOption | null | undefined,
  target: Address,
  use: ProxyUse = "tcp",
): Proxy | null {
  if (option === undefined || option === null || option === "") return null;
  if (option === "env") {
    const variable = proxyFromEnv(target, use);
    return variable && makeProxy({ url: variable.value }, variable.name);
  }
  if (typeof option === "string") return makeProxy({ url: option }, "proxy");
  if (typeof option !== "object" || Array.isArray(option)) { // Not shown: it may have secrets.
    throw new OptionError("proxy", "proxy must be text or an object of options");
  }
  checkNames("proxy", option, NAMES);
  return makeProxy(option, "proxy");
}

function makeProxy(options: ProxyOptions, option: string): Proxy {
  const { url, headers = {}, username, password, tls } = options;
  checkText("url", url);
  const { kind, address, remoteNames, ...inUrl } = parseProxyUrl(url, option);
  if (tls !== undefined) {
    if (kind !== "https") {
      throw new OptionError("proxy.tls", `proxy.tls is for https proxies, this one is ${kind}`);
    }
    checkTlsOptions(tls);
  }
  const credentials = readCredentials(kind, inUrl, username, password);
  const checked = checkHeaders(headers, credentials !== null);
  if (kind === "socks5" && checked.length > 0) {
    throw new OptionError("proxy.headers", "proxy.headers is for HTTP proxies, this one is socks5");
  }
  return { kind, address, remoteNames, tls: tls ?? {}, headers: checked, credentials };
}

function readCredentials(
  kind: ProxyKind,
  inUrl: { username: string; password: string },
  username: string | undefined,
  password: string | undefined,
): Credentials | null {
  const isInUrl = inUrl.username !== "" || inUrl.password !== "";
  if (username === undefined && password === undefined) {
    return isInUrl ? checkCredentials(kind, inUrl.username, inUrl.password) : null;
  }
  if (isInUrl) {
    throw new OptionError(
      "proxy.username",
      "proxy has credentials in its url and beside it: give them once",
    );
  }
  if (username === undefined) {
    throw new OptionError("proxy.password", "proxy.password goes with proxy.username");
  }
  checkText("username", username);
  if (password !== undefined) checkText("password", password);
  return checkCredentials(kind, username, password ?? "");
}

/** Messages leave out the values: they are secrets. */
function checkCredentials(kind: ProxyKind, username: string, password: string): Credentials {
  if (kind === "socks5") { // RFC 1929 §2
    checkLength("username", username);
    checkLength("password", password);
  } else { // RFC 7617 §2
    if (username.includes(":")) {
      throw new OptionError("proxy.username", "proxy.username can't have a colon in Basic");
    }
    checkControls("username", username);
    checkControls("password", password);
  }
  return new Credentials(username, password);
}

function checkLength(name: string, value: string): void {
  const { length } = new TextEncoder().encode(value);
  if (length >= 1 && length <= 255) return;
  throw new OptionError(
    `proxy.${name}`,
    `proxy.${name} must be 1 to 255 bytes for a SOCKS5 proxy, not ${length}`,
  );
}

function checkControls(name: string, value: string): void {
  if (!/\p{Cc}/u.test(value)) return;
  throw new OptionError(`proxy.${name}`, `proxy.${name} can't have control characters in Basic`);
}

function checkText(name: string, value: unknown): void {
  if (typeof value === "string") return;
  const kind = value === null ? "null" : typeof value;
  throw new OptionError(`proxy.${name}`, `proxy.${name} must be text, not ${kind}`);
}
