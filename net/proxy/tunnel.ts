import { closeConn } from "../_io.ts";
import { type Address, formatAddress } from "../address.ts";
import type { Conn } from "../conn.ts";
import { netError } from "../errors.ts";
import { httpConnect } from "./http_connect.ts";
import type { Proxy } from "./options.ts";
import { socks5 } from "./socks5.ts";

/**
 * Makes a connection to a proxy one to the target. It is consumed: closed on failure, part of what
 * is returned on success, which is `conn` itself unless bytes of the target have come already.
 *
 * Without a limit of time: that is the signal's.
 *
 * @param conn to `proxy.address`, in TLS by now for an `https` proxy
 * @param target the host is an IP address where this side resolved it
 * @throws {NetError} of the phase `proxy`; `signal.reason` once that is aborted
 */
export async function tunnel(
  conn: Conn,
  proxy: Proxy,
  target: Address,
  signal: AbortSignal,
): Promise<Conn> {
  const what = `${formatAddress(proxy.address)} to ${formatAddress(target)}`;
  const close = () => closeConn(conn);
  signal.addEventListener("abort", close);
  try {
    if (signal.aborted) close();
    const ask = proxy.kind === "socks5" ? socks5 : httpConnect;
    const through = await ask(conn, proxy, target, what);
    signal.throwIfAborted(); // In the same turn as the answer.
    return through;
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    close();
    throw netError(cause, "proxy", what);
  } finally {
    signal.removeEventListener("abort", close);
  }
}
