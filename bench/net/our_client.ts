/**
 * Loads a server over this package's sockets: see `client.ts`.
 *
 * @module
 */
import { IPC, type Socket, TCP, UDP } from "@downpour/downpour/net";
import { runClient } from "./client.ts";
import type { Link } from "./link.ts";

function linkOf(socket: Socket): Link {
  return {
    write: (data) => socket.write(data),
    read: (buffer) => socket.readInto(buffer),
    close: () => socket.close(),
  };
}

await runClient({
  tcp: async (address) => linkOf(await TCP.open(address)),
  tls: async (address, ca) => linkOf(await TCP.open(address, { tls: { caCerts: [ca] } })),
  unix: async (path) => linkOf(await IPC.open(path)),
  udp: async (address) => linkOf(await UDP.open(address)),
});
