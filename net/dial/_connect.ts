import { granted } from "../_granted.ts";
import type { NodeConn } from "../_node_conn.ts";
import { Slots } from "./_slots.ts";
import { type Address, formatAddress } from "../address.ts";
import { NetError, type NetErrorCode } from "../errors.ts";

/** Connections that are being made at once. Few targets take more: their backlog is 128 to 4096. */
const connecting = new Slots(256);

/**
 * Makes one TCP connection, from an address of this machine if one is given. Rejects with the
 * signal's reason when that aborts, and with what the system says when it fails.
 */
export async function connectTo(
  address: Address,
  localAddress: string | undefined,
  signal: AbortSignal,
): Promise<Deno.TcpConn | NodeConn> {
  if (!connecting.takeNow()) await connecting.take(signal);
  try {
    const conn = localAddress === undefined
      ? await Deno.connect({ hostname: address.host, port: address.port, signal })
      : await connectFrom(localAddress, address, signal);
    if (!signal.aborted) return conn;
    conn.close(); // Made in the same turn as the abort.
    throw signal.reason;
  } finally {
    connecting.give();
  }
}

/** Deno's own connections can't choose their local address, Node's can. */
async function connectFrom(
  localAddress: string,
  address: Address,
  signal: AbortSignal,
): Promise<NodeConn> {
  const what = `${formatAddress(address)} from ${localAddress}`;
  // Node's sockets throw what Deno doesn't grant where nobody can catch it.
  for (const end of [formatAddress({ host: localAddress, port: 0 }), formatAddress(address)]) {
    if (!granted(end)) {
      throw failure("permission_denied", what, `no permission, run with --allow-net=${end}`);
    }
  }
  // Takes 18 ms: only for those who need it.
  const [{ connect }, { nodeConn }] = await Promise.all([
    import("node:net"),
    import("../_node_conn.ts"),
  ]);
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<NodeConn>();
  const socket = connect({ host: address.host, port: address.port, localAddress });
  const onAbort = () => {
    socket.destroy();
    reject(signal.reason);
  };
  signal.addEventListener("abort", onAbort);
  socket.on("error", (error) => {
    const reason = `${localAddress} is no address of this machine`;
    reject(isNoOwnAddress(error) ? failure("address_invalid", what, reason, error) : error);
  });
  socket.once("connect", () => resolve(nodeConn(socket)));
  try {
    return await promise;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Node's binding says EINVAL where the system says EADDRNOTAVAIL. */
function isNoOwnAddress(error: Error & { syscall?: string; code?: string }): boolean {
  return error.syscall === "bind" && (error.code === "EINVAL" || error.code === "EADDRNOTAVAIL");
}

function failure(code: NetErrorCode, what: string, reason: string, cause?: Error): NetError {
  return new NetError(code, `connect to ${what} failed: ${reason}`, { phase: "connect", cause });
}
