import { formatAddress, type ProxyOption } from "../net/mod.ts";
import { type Proxy, ProxyAuthError } from "../net/proxy/mod.ts";
import { type Auth, PROXY_AUTH, readAuth } from "./auth/mod.ts";

/** Digest authentication with the proxies of one pool, by their addresses. */
export type ProxyAuths = Map<string, Auth>;

/** A proxy, checked and as it was given. */
export interface Through {
  readonly proxy: Proxy;
  readonly option: ProxyOption;
}

/**
 * Opens a tunnel, and once more with an answer when the proxy asks for digest authentication (RFC
 * 7616). What it asked for is remembered: the next tunnels begin with an answer.
 *
 * @param authority what the tunnel is for: `host:port`
 * @param open opens it through the proxy it is given
 */
export async function withProxyDigest<T>(
  auths: ProxyAuths,
  through: Through,
  authority: string,
  open: (through: Through) => Promise<T>,
): Promise<T> {
  const { proxy } = through;
  const address = formatAddress(proxy.address);
  const request = { method: "CONNECT", uri: authority, body: null };
  const exchange = authOf(auths, address, proxy).begin(address, request);
  for (;;) {
    const value = exchange.authorize();
    try {
      return await open(value === null ? through : authorized(proxy, value));
    } catch (error) {
      if (!(error instanceof ProxyAuthError)) throw error;
      if (!await exchange.challenged(error.challenges)) throw error;
    }
  }
}

function authOf(auths: ProxyAuths, address: string, { credentials }: Proxy): Auth {
  let auth = auths.get(address);
  if (auth === undefined) {
    auth = readAuth({ type: "digest", ...credentials!.reveal() });
    auths.set(address, auth);
  }
  return auth;
}

/** The proxy with an answer in place of the credentials. */
function authorized(proxy: Proxy, value: string): Through {
  const { kind, address, tls } = proxy;
  const headers = [...proxy.headers, [PROXY_AUTH.credentials, value] as const];
  const option = {
    url: `${kind}://${formatAddress(address)}`,
    headers: Object.fromEntries(headers),
    ...(kind === "https" ? { tls } : {}),
  };
  return { proxy: { ...proxy, headers, credentials: null }, option };
}
