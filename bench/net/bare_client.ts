/**
 * Loads a server over Deno's own connections, the yardstick: see `client.ts`.
 *
 * @module
 */
import { runClient } from "./client.ts";
import type { DatagramLink, Link } from "./link.ts";

const hostname = "127.0.0.1";

function linkOf(conn: Deno.Conn): Link {
  return {
    write: (data) => conn.write(data),
    read: (buffer) => conn.read(buffer),
    close: () => conn.close(),
  };
}

function datagramLinkOf(conn: Deno.DatagramConn, to: Deno.NetAddr): DatagramLink {
  return {
    write: (data) => conn.send(data, to),
    read: (buffer) => conn.receive(buffer),
    close: () => conn.close(),
  };
}

async function connect(address: string): Promise<Deno.TcpConn> {
  const conn = await Deno.connect({ hostname, port: portOf(address) });
  conn.setNoDelay();
  return conn;
}

function portOf(address: string): number {
  return Number(address.slice(hostname.length + 1));
}

await runClient({
  tcp: async (address) => linkOf(await connect(address)),
  async tls(address, ca) {
    const conn = await Deno.startTls(await connect(address), { hostname, caCerts: [ca] });
    await conn.handshake();
    return linkOf(conn);
  },
  unix: async (path) => linkOf(await Deno.connect({ transport: "unix", path })),
  udp(address) {
    const conn = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
    const to: Deno.NetAddr = { transport: "udp", hostname, port: portOf(address) };
    return Promise.resolve(datagramLinkOf(conn, to));
  },
});
