/** A TCP server for tests, on a free port of the loopback. */
export interface Peer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
}

/** Gives each connection to `handle`, and closes it after that. */
export function tcpPeer(handle: (conn: Deno.TcpConn) => Promise<void>): Peer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.TcpConn>();
  const handled: Promise<void>[] = [];
  const serving = (async () => {
    for await (const conn of listener) {
      open.add(conn);
      handled.push(
        handle(conn).catch(() => {}).finally(() => {
          open.delete(conn);
          close(conn);
        }),
      );
    }
  })();
  return {
    host: "127.0.0.1",
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const conn of open) close(conn);
      await serving;
      await Promise.all(handled);
    },
  };
}

function close(conn: Deno.TcpConn): void {
  try {
    conn.close();
  } catch {
    // It is closed.
  }
}

/** Writes all of it. */
export async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
}

/** Everything until the peer ends. */
export async function readToEnd(conn: Deno.Conn): Promise<Uint8Array> {
  const chunks: number[] = [];
  const buffer = new Uint8Array(4096);
  for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
    chunks.push(...buffer.subarray(0, count));
  }
  return Uint8Array.from(chunks);
}

/** Sends back what comes. */
export async function echo(conn: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(65_536);
  for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
    await writeAll(conn, buffer.subarray(0, count));
  }
}

/** A packet with a header of 4 bytes, the length of its body, little-endian. */
export function frame(body: Uint8Array | string): Uint8Array<ArrayBuffer> {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const packet = new Uint8Array(4 + bytes.length);
  new DataView(packet.buffer).setUint32(0, bytes.length, true);
  packet.set(bytes, 4);
  return packet;
}
