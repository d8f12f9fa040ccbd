import { granted } from "../_granted.ts";
import { normalIp } from "../../internal/mod.ts";
import { type Address, formatAddress } from "../address.ts";
import { NetError } from "../errors.ts";
import type { UdpBackend, UdpBinding } from "../udp/backend.ts";
import { localIpFor, openBackend, plainBinding } from "../udp/open_backend.ts";
import type { Exchange } from "./exchange.ts";

const MAX_DATAGRAM = 65_535;

/**
 * Asks by a datagram from a port of its own, which the system picks at random (RFC 5452 §9.2). What
 * comes from elsewhere, or isn't the reply, is ignored: waiting goes on.
 */
export const exchangeUdp: Exchange = udpExchange(openBackend);

/** `exchangeUdp` by a given kind of socket. */
export function udpExchange(open: (binding: UdpBinding) => Promise<Datagrams>): Exchange {
  return async (server, query, isReply, signal) => {
    const local = localIpFor(server.host);
    checkPermission(server, local);
    const socket = await open(plainBinding(local));
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

/** What an exchange needs of a socket. */
type Datagrams = Pick<UdpBackend, "send" | "receive" | "close">;

async function ask(
  socket: Datagrams,
  { host, port }: Address,
  query: Uint8Array,
  isReply: (message: Uint8Array) => boolean,
): Promise<Uint8Array> {
  await socket.send(query, { transport: "udp", hostname: host, port });
  const buffer = new Uint8Array(MAX_DATAGRAM);
  for (;;) {
    const [message, from] = await socket.receive(buffer);
    const fromServer = from.port === port && sameIp(from.hostname, host);
    if (fromServer && isReply(message)) return message.slice();
  }
}

function sameIp(a: string, b: string): boolean {
  return a === b || normalIp(a) === normalIp(b);
}

/**
 * A datagram leaves from an address of this machine, and having that is a permission of its own.
 * Asked for beforehand, so that the error names both.
 */
function checkPermission(server: Address, localIp: string): void {
  const hosts = [formatAddress(server), formatAddress({ host: localIp, port: 0 })];
  if (hosts.every(granted)) return;
  const message = `no permission, run with --allow-net=${hosts.join(",")}`;
  throw new NetError("permission_denied", message, { phase: "lookup" });
}
