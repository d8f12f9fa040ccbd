/**
 * Loads a server over Deno's own sockets, the yardstick: see `client.ts`.
 *
 * @module
 */
import { runClient } from "./client.ts";

const hostname = "127.0.0.1";

function connect(port: number, sessions: number): Promise<Deno.TcpConn[]> {
  return Promise.all(Array.from({ length: sessions }, () => Deno.connect({ hostname, port })));
}

function stop(conns: readonly { close(): void }[]): () => void {
  return () => conns.forEach((conn) => conn.close());
}

await runClient({
  async echo({ port, sessions, bareBytes }) {
    const packet = new Uint8Array(bareBytes);
    let echoed = 0;
    const conns = await connect(port, sessions);
    const play = async (conn: Deno.TcpConn): Promise<void> => {
      conn.setNoDelay();
      const buffer = new Uint8Array(4096);
      for (;;) {
        await conn.write(packet);
        for (let got = 0; got < bareBytes;) got += await conn.read(buffer) ?? Infinity;
        echoed++;
      }
    };
    for (const conn of conns) play(conn).catch(() => {}); // Ends when it is closed.
    return { count: () => echoed, close: stop(conns) };
  },
  async flood({ port, sessions, bareBytes }) {
    const packet = new Uint8Array(bareBytes);
    let sent = 0;
    const conns = await connect(port, sessions);
    const play = async (conn: Deno.TcpConn): Promise<void> => {
      for (;;) {
        const count = await conn.write(packet);
        sent += count;
      }
    };
    for (const conn of conns) play(conn).catch(() => {});
    return { count: () => sent, close: stop(conns) };
  },
  datagrams({ port, sessions, bareBytes }) {
    const packet = new Uint8Array(bareBytes);
    const to: Deno.NetAddr = { transport: "udp", hostname, port };
    let sent = 0;
    const conns = Array.from(
      { length: sessions },
      () => Deno.listenDatagram({ transport: "udp", hostname, port: 0 }),
    );
    const play = async (conn: Deno.DatagramConn): Promise<void> => {
      for (;;) {
        await conn.send(packet, to);
        sent++;
      }
    };
    for (const conn of conns) play(conn).catch(() => {});
    return Promise.resolve({ count: () => sent, close: stop(conns) });
  },
});
