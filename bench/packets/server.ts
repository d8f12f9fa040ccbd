/**
 * What the clients of `bench packets` load, over Deno's own sockets alone: `server.ts FOLDER`. Writes
 * to `ready.json` in the folder which port each service has.
 *
 * @module
 */

/** What it can do: send back, or swallow. */
export type Service = "tcp-echo" | "tcp-discard" | "udp-discard";

const at = { hostname: "127.0.0.1", port: 0 } as const;

async function echo(conn: Deno.TcpConn): Promise<void> {
  conn.setNoDelay();
  const buffer = new Uint8Array(1024); // Thousands of connections: the server's memory counts too.
  for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
    for (let sent = 0; sent < count;) sent += await conn.write(buffer.subarray(sent, count));
  }
}

async function discard(conn: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(1_000_000);
  while (await conn.read(buffer) !== null);
}

function accept(handle: (conn: Deno.TcpConn) => Promise<void>): number {
  const listener = Deno.listen(at);
  const run = async (): Promise<void> => {
    for await (const conn of listener) {
      handle(conn).catch(() => {}).finally(() => conn.close()); // Clients leave as they please.
    }
  };
  run();
  return listener.addr.port;
}

function swallow(): number {
  const conn = Deno.listenDatagram({ transport: "udp", ...at });
  const run = async (): Promise<void> => {
    const buffer = new Uint8Array(2048);
    for (;;) await conn.receive(buffer);
  };
  run();
  return (conn.addr as Deno.NetAddr).port;
}

if (import.meta.main) {
  const [folder] = Deno.args;
  const ports: Record<Service, number> = {
    "tcp-echo": accept(echo),
    "tcp-discard": accept(discard),
    "udp-discard": swallow(),
  };
  // Renamed, so that it is there whole or not at all.
  await Deno.writeTextFile(`${folder}/ready.part`, JSON.stringify(ports));
  await Deno.rename(`${folder}/ready.part`, `${folder}/ready.json`);
}
