import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import type { Conn } from "../conn.ts";
import { readUpTo, writeAll } from "../_io.ts";

/** A loopback server of a test; on disposal it and its connections are closed. */
export interface Server extends AsyncDisposable {
  readonly port: number;
}

/** Serves each connection until `serve` returns or fails; then it is closed. */
export function startServer(serve: (conn: Deno.TcpConn) => Promise<void>): Server {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Map<Deno.TcpConn, Promise<void>>();
  const accepting = (async () => {
    for await (const conn of listener) {
      const served = serve(conn).catch(() => {}).finally(() => {
        if (open.delete(conn)) conn.close();
      });
      open.set(conn, served);
    }
  })();
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      const served = [...open.values()];
      for (const conn of open.keys()) conn.close();
      open.clear();
      await Promise.all([accepting, ...served]);
    },
  };
}

/** A server that says `hello`, then repeats what it hears, and remembers every byte of it. */
export interface Origin extends Server {
  /** All that it heard, over all connections. */
  readonly heard: string;
}

/** Starts an origin. */
export function startOrigin(): Origin {
  const chunks: Buffer[] = [];
  const server = startServer(async (conn) => {
    await writeAll(conn, Buffer.from("hello"));
    const buffer = Buffer.alloc(16 * 1024);
    for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
      chunks.push(Buffer.from(buffer.subarray(0, count)));
      await writeAll(conn, buffer.subarray(0, count));
    }
  });
  return {
    port: server.port,
    get heard() {
      return Buffer.concat(chunks).toString("latin1");
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Asserts that a connection goes to an origin and back; closes it. */
export async function assertEchoes(conn: Conn): Promise<void> {
  const sent = Buffer.from("0123456789abcdef".repeat(1000));
  const [heard] = await Promise.all([
    readUpTo(conn, "hello".length + sent.length),
    writeAll(conn, sent),
  ]);
  conn.close();
  assert.equal(Buffer.from(heard).toString("latin1"), `hello${sent}`);
}

/** A SOCKS5 proxy for IPv4 targets that asks for a user name and a password (RFC 1928, RFC 1929). */
export function startSocksProxy(username: string, password: string): Server {
  const expected = Buffer.concat([
    Buffer.from([1, Buffer.byteLength(username)]),
    Buffer.from(username),
    Buffer.from([Buffer.byteLength(password)]),
    Buffer.from(password),
  ]);
  return startServer(async (conn) => {
    const [version, count] = await readUpTo(conn, 2);
    const methods = await readUpTo(conn, count!);
    assert.ok(version === 5 && methods.includes(2));
    await writeAll(conn, Uint8Array.of(5, 2));
    const given = Buffer.from(await readUpTo(conn, expected.length));
    if (!given.equals(expected)) return writeAll(conn, Uint8Array.of(1, 1));
    await writeAll(conn, Uint8Array.of(1, 0));
    const [, command, , type, ...rest] = await readUpTo(conn, 10);
    assert.deepEqual([command, type], [1, 1]);
    const port = Buffer.from(rest.slice(4)).readUInt16BE();
    const upstream = await Deno.connect({ hostname: rest.slice(0, 4).join("."), port });
    await writeAll(conn, Uint8Array.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0));
    await relay(conn, upstream);
  });
}

/** An HTTP proxy that asks for Basic credentials; it sends its answer along with the target's `hello`. */
export function startConnectProxy(authorization: string): Server {
  return startServer(async (conn) => {
    let head = "";
    while (!head.endsWith("\r\n\r\n")) {
      const byte = await readUpTo(conn, 1);
      if (byte.length === 0) return;
      head += Buffer.from(byte).toString("latin1");
    }
    const port = Number(/^CONNECT 127\.0\.0\.1:(\d+) HTTP\/1\.1\r\n/.exec(head)?.[1]);
    if (!head.includes(`\r\nProxy-Authorization: ${authorization}\r\n`)) {
      return writeAll(conn, Buffer.from("HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\n\r\n"));
    }
    const upstream = await Deno.connect({ hostname: "127.0.0.1", port });
    const early = Buffer.from(await readUpTo(upstream, 3));
    await writeAll(conn, Buffer.from(`HTTP/1.1 200 OK\r\nVia: test\r\n\r\n${early}`));
    await relay(conn, upstream);
  });
}

/** Copies both ways until `conn` ends; closes `upstream`. */
async function relay(conn: Conn, upstream: Conn): Promise<void> {
  const down = copy(upstream, conn).catch(() => {});
  await copy(conn, upstream).catch(() => {});
  upstream.close();
  await down;
}

async function copy(from: Conn, to: Conn): Promise<void> {
  const buffer = new Uint8Array(16 * 1024);
  for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
    await writeAll(to, buffer.subarray(0, count));
  }
}
