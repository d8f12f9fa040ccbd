/** A DNS server of a test's own, on one loopback port for datagrams and connections. */
export interface TestServer extends Disposable {
  /** As `servers` takes it. */
  readonly address: string;
  /** How often it was asked, by transport. */
  readonly asked: { udp: number; tcp: number };
}

/** What a test's server does with a query. */
export interface Behaviour {
  /** Replies to a datagram, in order; `spoof` sends from another port. Default: silence. */
  udp?(query: Uint8Array, spoof: (message: Uint8Array) => Promise<number>): Replies;
  /** All that is written to a connection. Default: silence. */
  tcp?(query: Uint8Array): Uint8Array;
}

type Replies = Uint8Array[] | Promise<Uint8Array[]>;

/** Starts a server. */
export function startServer(behaviour: Behaviour): TestServer {
  const [listener, socket] = bothOnOnePort();
  const other = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const asked = { udp: 0, tcp: 0 };
  const conns = new Set<Deno.Conn>();
  serveDatagrams();
  serveConnections();
  return {
    address: `127.0.0.1:${listener.addr.port}`,
    asked,
    [Symbol.dispose]() {
      for (const conn of conns) conn.close();
      for (const resource of [listener, socket, other]) resource.close();
    },
  };

  async function serveDatagrams(): Promise<void> {
    for await (const [query, from] of socket) {
      asked.udp++;
      const spoof = (message: Uint8Array) => other.send(message, from);
      for (const reply of await behaviour.udp?.(query, spoof) ?? []) await socket.send(reply, from);
    }
  }

  async function serveConnections(): Promise<void> {
    for await (const conn of listener) {
      asked.tcp++;
      conns.add(conn);
      const buffer = new Uint8Array(1024);
      const length = await conn.read(buffer).catch(() => null);
      if (length === null || behaviour.tcp === undefined) continue;
      await conn.write(behaviour.tcp(buffer.slice(2, length)));
      conns.delete(conn);
      conn.close();
    }
  }
}

function bothOnOnePort(): [Deno.TcpListener, Deno.DatagramConn] {
  for (;;) {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { hostname, port } = listener.addr;
    try {
      return [listener, Deno.listenDatagram({ transport: "udp", hostname, port })];
    } catch (error) {
      listener.close();
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}
