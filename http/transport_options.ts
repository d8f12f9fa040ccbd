import type { ProxyOption, TlsOptions } from "../net/mod.ts";
import type { Dial } from "./connect.ts";
import type { Strictness } from "./h1/mod.ts";
import type { Version } from "./versions.ts";

/** How connections are made, kept and read: what a client hands to its transport. */
export interface TransportOptions {
  /**
   * Makes the connections. Default `TCP.open(address)`. What it gives is made secure for `https:`
   * unless it is already; its address is the proxy's where there is one.
   */
  dial?: Dial;
  /**
   * Through what to connect: a URL (`http:`, `https:`, `socks5:`, `socks5h:`) or `host:port`; `env`
   * for what the environment says, which nothing else reads; null for none. `http:` requests to an
   * HTTP proxy name the target in their request line, all others take a tunnel. Credentials are sent
   * as basic; a tunnel is asked for anew with an answer where the proxy wants digest (RFC 7616).
   */
  proxy?: ProxyOption | null;
  /** How connections to `https:` are made secure. `serverName` defaults to the host. */
  tls?: TlsOptions;
  /**
   * Versions to speak, the preferred one first: TLS agrees on one of them. `http:` is HTTP/1.1
   * unless this is `[2]` alone (prior knowledge, RFC 9113 §3.3). Default `[1.1, 2]`.
   */
  version?: Version | readonly Version[];
  /** Longest time to get a connection, waiting for one included; `timeout.blocked` of a call goes before it. Default 30 s. */
  connectTimeout?: number | string;
  /** Most connections to one origin; past it requests wait. Default: no limit. */
  maxConnections?: number;
  /** Most idle connections to one origin that are kept. Default: no limit. */
  maxIdle?: number;
  /** How long an idle connection is kept before it is closed. Default: until the server closes it. */
  maxIdleTime?: number | string;
  /** How long a connection is used. Default: for ever. */
  maxAge?: number | string;
  /** Closes each connection after one response. Default false. */
  noConnectionReuse?: boolean;
  /**
   * How strictly responses are read: `standard` refuses whatever two readers could understand
   * differently, `all` refuses folded header fields too, `lenient` takes bare line feeds as line ends
   * and lets a transfer coding win over a length. Default `standard`.
   */
  strict?: Strictness;
  /** Most bytes of a response body that are kept in memory, decoded or not. Default 128 MiB. */
  maxBodyBytes?: number;
}
