import { findAddresses } from "./dial/addresses.ts";
import { cutError } from "./_cut_error.ts";
import { Cutoff } from "./_cutoff.ts";
import { type Address, formatAddress } from "./address.ts";
import { ipVersionOf } from "../internal/mod.ts";
import type { Conn } from "./conn.ts";
import type { DialOptions } from "./dial/dial.ts";
import { netError } from "./errors.ts";
import type { Proxy } from "./proxy/options.ts";
import { tunnel } from "./proxy/tunnel.ts";
import { startTls } from "./tls/start_tls.ts";

/**
 * Makes a connection to a proxy one to the target: TLS to an `https` proxy, the lookup of the
 * target where that is this side's business, the tunnel. Closes `conn` when that fails.
 *
 * @throws {NetError} of the phase `lookup`, `proxy` or `tls`
 */
export async function tunnelThrough(
  conn: Conn,
  proxy: Proxy,
  target: Address,
  options: DialOptions,
): Promise<Conn> {
  const shown = formatAddress(proxy.address);
  const cutoff = new Cutoff(options.signal, options.connectTimeoutMs);
  let phase: "tls" | "lookup" | "proxy" = "tls";
  let secured = conn;
  try {
    if (proxy.kind === "https") {
      secured = (await startTls(conn, proxy.address.host, proxy.tls, cutoff.signal)).conn;
    }
    phase = "lookup";
    const end = await endOf(target, proxy, options, cutoff.signal).catch((error) => {
      secured.close();
      throw error;
    });
    phase = "proxy";
    return await tunnel(secured, proxy, end, cutoff.signal);
  } catch (cause) {
    const what = phase === "lookup" ? target.host : shown;
    throw cutoff.signal.aborted
      ? cutError(cutoff, options.connectTimeoutMs, phase, what)
      : netError(cause, phase, what);
  } finally {
    cutoff.clear();
  }
}

/** What the proxy is asked for: the name, or its address where names are resolved on this side. */
async function endOf(
  target: Address,
  proxy: Proxy,
  options: DialOptions,
  stop: AbortSignal,
): Promise<Address> {
  if (proxy.kind !== "socks5" || proxy.remoteNames || ipVersionOf(target.host) !== 0) return target;
  const found = await findAddresses(target, options, stop);
  return found?.[0] ?? target;
}
