/**
 * What the clients of `bench net` load, over Deno's own connections alone:
 * `server.ts FOLDER SERVICE…`. Writes to `ready.json` in the folder where each service is. TLS has
 * `cert.pem` and `key.pem` of the folder.
 *
 * @module
 */

/** What a server can do: send back, swallow, or send without end. */
export type Service =
  | "tcp-echo"
  | "tls-echo"
  | "unix-echo"
  | "udp-echo"
  | "tcp-discard"
  | "tcp-source";

/** Where services are: `127.0.0.1:port`, or a path. */
export type Addresses = Partial<Record<Service, string>>;

const at = { hostname: "127.0.0.1", port: 0 } as const;

/** Starts a service; where it is. */
async function serve(service: Service, folder: string): Promise<string> {
  switch (service) {
    case "tcp-echo":
      return accept(Deno.listen(at), echo);
    case "tcp-discard":
      return accept(Deno.listen(at), discard);
    case "tcp-source":
      return accept(Deno.listen(at), send);
    case "tls-echo": {
      const [cert, key] = await Promise.all(
        ["cert.pem", "key.pem"].map((name) => Deno.readTextFile(`${folder}/${name}`)),
      );
      return accept(Deno.listenTls({ ...at, cert: cert!, key: key! }), echo);
    }
    case "unix-echo":
      return accept(Deno.listen({ transport: "unix", path: `${folder}/echo.sock` }), echo);
    case "udp-echo": {
      const conn = Deno.listenDatagram({ transport: "udp", ...at });
      echoDatagrams(conn);
      return addressOf(conn.addr);
    }
  }
}

function accept(listener: Deno.Listener, handle: (conn: Deno.Conn) => Promise<void>): string {
  const run = async (): Promise<void> => {
    for await (const conn of listener) {
      if ("setNoDelay" in conn) (conn as Deno.TcpConn).setNoDelay();
      handle(conn).catch(() => {}).finally(() => conn.close()); // Clients leave as they please.
    }
  };
  run();
  return addressOf(listener.addr);
}

function addressOf(addr: Deno.Addr): string {
  return "path" in addr ? addr.path : `${at.hostname}:${(addr as Deno.NetAddr).port}`;
}

async function echo(conn: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(16_384);
  for (;;) {
    const count = await conn.read(buffer);
    if (count === null) return;
    for (let sent = 0; sent < count;) sent += await conn.write(buffer.subarray(sent, count));
  }
}

async function discard(conn: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(1_000_000);
  while (await conn.read(buffer) !== null);
}

async function send(conn: Deno.Conn): Promise<void> {
  const block = new Uint8Array(1_000_000).fill(0x61);
  for (;;) await conn.write(block);
}

async function echoDatagrams(conn: Deno.DatagramConn): Promise<void> {
  const buffer = new Uint8Array(2048);
  for (;;) {
    const [data, from] = await conn.receive(buffer);
    await conn.send(data, from);
  }
}

if (import.meta.main) {
  const [folder, ...services] = Deno.args as [string, ...Service[]];
  const addresses: Addresses = {};
  for (const service of services) addresses[service] = await serve(service, folder);
  // Renamed, so that it is there whole or not at all.
  await Deno.writeTextFile(`${folder}/ready.part`, JSON.stringify(addresses));
  await Deno.rename(`${folder}/ready.part`, `${folder}/ready.json`);
}
