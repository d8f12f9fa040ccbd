import { type Authority, type KeyPair, makeAuthority } from "../../internal/certs_for_tests.ts";
import { writeAll } from "../_io.ts";
import type { Conn } from "../conn.ts";
import type { Secured, TlsOptions } from "./options.ts";
import { startTls } from "./start_tls.ts";

/** Certificates that several tests use; made once. */
export interface TestCertificates {
  readonly authority: Authority;
  /** For `localhost`, `*.example.test` and both loopback addresses. */
  readonly server: KeyPair;
  readonly client: KeyPair;
}

/** Makes them. */
export async function testCertificates(): Promise<TestCertificates> {
  const authority = await makeAuthority();
  const names = ["DNS:localhost", "DNS:*.example.test", "IP:127.0.0.1", "IP:::1"];
  const [server, client] = await Promise.all([
    authority.issue(names),
    authority.issue(["DNS:client"]),
  ]);
  return { authority, server, client };
}

/** A server of one connection: where it listens, and what its handler came to. */
export interface OneConn extends AsyncDisposable {
  readonly port: number;
}

/** Listens with TLS for one connection, and gives it to `handle` once it has shaken hands. */
export function tlsServer(
  keyPair: KeyPair,
  handle: (conn: Deno.TlsConn) => Promise<void>,
  alpnProtocols: string[] = [],
): OneConn {
  const options = { hostname: "127.0.0.1", port: 0, ...keyPair, alpnProtocols };
  return serve(Deno.listenTls(options), async (conn) => {
    try {
      await conn.handshake();
    } catch {
      return; // What the client thinks of it is what is tested.
    }
    await handle(conn);
  });
}

/** Listens for one TCP connection. */
export function tcpServer(handle: (conn: Deno.TcpConn) => Promise<void>): OneConn {
  return serve(Deno.listen({ hostname: "127.0.0.1", port: 0 }), handle);
}

interface Listener<C> {
  readonly addr: Deno.Addr;
  accept(): Promise<C>;
  close(): void;
}

function serve<C extends Deno.Conn>(
  listener: Listener<C>,
  handle: (conn: C) => Promise<void>,
): OneConn {
  const served = (async () => {
    const conn = await listener.accept().catch(() => null);
    if (conn === null) return;
    try {
      await handle(conn);
    } finally {
      closeQuietly(conn);
    }
  })();
  served.catch(() => {}); // Told by the disposal.
  return {
    port: (listener.addr as Deno.NetAddr).port,
    async [Symbol.asyncDispose]() {
      listener.close();
      await served;
    },
  };
}

/** Connects to a loopback port. */
export function connectTo(port: number): Promise<Deno.TcpConn> {
  return Deno.connect({ hostname: "127.0.0.1", port });
}

/** Connects and shakes hands. */
export async function secure(
  port: number,
  options: TlsOptions,
  host: string = "localhost",
  signal: AbortSignal = new AbortController().signal,
): Promise<Secured> {
  return await startTls(await connectTo(port), host, options, signal);
}

/** Reads to the end, at most `step` bytes at a time. */
export async function readToEnd(conn: Conn, step: number = 65536): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const buffer = new Uint8Array(step);
  for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
    parts.push(buffer.slice(0, count));
  }
  return new Uint8Array(await new Blob(parts.map((part) => part.slice())).arrayBuffer());
}

/** Reads exactly `count` bytes. */
export async function readExactly(conn: Conn, count: number): Promise<Uint8Array> {
  const data = new Uint8Array(count);
  for (let at = 0; at < count;) {
    const got = await conn.read(data.subarray(at));
    if (got === null) throw new Error(`ended after ${at} of ${count} bytes`);
    at += got;
  }
  return data;
}

/** Closes what may be closed already. */
export function closeQuietly(conn: { close(): void }): void {
  try {
    conn.close();
  } catch {
    // Closed already.
  }
}

/**
 * Passes one connection on to `port` until `cut` is called, which ends it towards the client
 * without a word of TLS.
 *
 * @param plain bytes that it answers with themselves before, as in a protocol with STARTTLS
 */
export function relay(port: number, plain: number = 0): OneConn & { cut(): void } {
  let inner: Deno.TcpConn | undefined;
  let outer: Deno.TcpConn | undefined;
  const server = tcpServer(async (conn) => {
    outer = conn;
    if (plain > 0) await writeAll(conn, await readExactly(conn, plain));
    inner = await connectTo(port);
    await Promise.all([pass(conn, inner), pass(inner, conn)]);
  });
  return {
    port: server.port,
    cut() {
      outer?.closeWrite().catch(() => {});
    },
    async [Symbol.asyncDispose]() {
      if (inner !== undefined) closeQuietly(inner);
      if (outer !== undefined) closeQuietly(outer);
      await server[Symbol.asyncDispose]();
    },
  };
}

async function pass(from: Conn, to: Conn): Promise<void> {
  const buffer = new Uint8Array(65536);
  try {
    for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
      await writeAll(to, buffer.subarray(0, count));
    }
    await to.closeWrite();
  } catch {
    // Cut.
  }
}
