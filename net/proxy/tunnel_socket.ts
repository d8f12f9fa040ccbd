import { Cutoff } from "../_cutoff.ts";
import { cutError } from "../_cut_error.ts";
import { type Address, formatAddress } from "../address.ts";
import type { Conn } from "../conn.ts";
import { netError } from "../errors.ts";
import type { StartTlsLimits, StreamSocket } from "../socket.ts";
import type { Proxy } from "./options.ts";
import { tunnel } from "./tunnel.ts";

const TIMEOUT_MS = 30_000;

/**
 * Makes an open socket to a proxy one to the target.
 *
 * @throws {NetError} of the phase `proxy`; the socket is of no use then
 */
export async function tunnelSocket(
  socket: StreamSocket,
  proxy: Proxy,
  target: Address,
  { timeoutMs = TIMEOUT_MS, signal }: StartTlsLimits,
): Promise<void> {
  let below: Conn | undefined;
  socket.layer((conn) => below = conn);
  const cutoff = new Cutoff(signal, timeoutMs);
  const shown = formatAddress(proxy.address);
  try {
    const tunnelled = await tunnel(below!, proxy, target, cutoff.signal);
    socket.layer(() => tunnelled);
  } catch (cause) {
    throw cutoff.signal.aborted
      ? cutError(cutoff, timeoutMs, "proxy", shown)
      : netError(cause, "proxy", shown);
  } finally {
    cutoff.clear();
  }
}
