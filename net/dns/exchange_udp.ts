import { granted } from "../_granted.ts";
import { type Address, formatAddress } from "../address.ts";
import { NetError } from "../errors.ts";
import { type Datagrams, openDatagrams } from "./_datagrams.ts";
import { normalIp } from "./_ip_text.ts";
import type { Exchange } from "./exchange.ts";

/**
 * Asks by a datagram from a port of its own, which the system picks at random (RFC 5452 §9.2). What
 * comes from elsewhere, or isn't the reply, is ignored: waiting goes on.
 */
export const exchangeUdp: Exchange = udpExchange(openDatagrams);

/** `exchangeUdp` by a given kind of socket. */
export function udpExchange(open: (localIp: string) => Promise<Datagrams>): Exchange {
  return async (server, query, isReply, signal) => {
    const local = localIpFor(server.host);
    checkPermission(server, local);
    const socket = await open(local);
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort);
    try {
      if (signal.aborted) onAbort();
      return await Promise.race([aborted, ask(socket, server, query, isReply)]);
    } finally {
      signal.removeEventListener("abort", onAbort);
      socket.close();
    }
  };
}

async function ask(
  socket: Datagrams,
  server: Address,
  query: Uint8Array,
  isReply: (message: Uint8Array) => boolean,
): Promise<Uint8Array> {
  await socket.send(query, server);
  for (;;) {
    const { data, from } = await socket.receive();
    const fromServer = from.port === server.port && sameIp(from.host, server.host);
    if (fromServer && isReply(data)) return data;
  }
}

function sameIp(a: string, b: string): boolean {
  return a === b || normalIp(a) === normalIp(b);
}

/** Where datagrams to a server are sent from: any address, the loopback one to the loopback net. */
function localIpFor(server: string): string {
  if (server.includes(":")) return normalIp(server) === "::1" ? "::1" : "::";
  return server.startsWith("127.") ? "127.0.0.1" : "0.0.0.0";
}

/**
 * A datagram leaves from an address of this machine, and having that is a permission of its own.
 * Asked for beforehand: Node's sockets would throw out of reach.
 */
function checkPermission(server: Address, localIp: string): void {
  const hosts = [formatAddress(server), formatAddress({ host: localIp, port: 0 })];
  if (hosts.every(granted)) return;
  const message = `no permission, run with --allow-net=${hosts.join(",")}`;
  throw new NetError("permission_denied", message, { phase: "lookup" });
}
