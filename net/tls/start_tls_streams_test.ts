import assert from "node:assert/strict";
import { bytes, isNetError, pattern, text } from "../_sockets_for_tests.ts";
import type { Conn } from "../conn.ts";
import { netError } from "../errors.ts";
import { writeAll } from "../_io.ts";
import {
  closeQuietly,
  connectTo,
  readExactly,
  readToEnd,
  relay,
  secure,
  testCertificates,
  tlsServer,
} from "./_tls_for_tests.ts";
import type { TlsOptions } from "./options.ts";
import { tlsReason } from "./reasons.ts";
import { startTls } from "./start_tls.ts";

// What both engines' connections must do alike, once they have shaken hands.

const { authority, server } = await testCertificates();
const caCerts = [authority.cert];

for (const engine of ["deno", "node"] as const) {
  const base: TlsOptions = engine === "deno" ? { caCerts } : { caCerts, details: true };
  const test = (name: string, fn: () => Promise<void>) => Deno.test(`${engine} TLS: ${name}`, fn);

  test("an end with close_notify is the end", async () => {
    await using peer = tlsServer(server, async (conn) => {
      await writeAll(conn, bytes("all of it"));
      await conn.closeWrite();
      await readToEnd(conn);
    });
    const { conn } = await secure(peer.port, base);
    assert.equal(text(await readToEnd(conn)), "all of it");
    await conn.closeWrite();
    conn.close();
  });

  test("an end without close_notify fails the read, after what came before it", async () => {
    await using peer = tlsServer(server, async (conn) => {
      await writeAll(conn, bytes("part of it"));
      await readToEnd(conn).catch(() => {});
    });
    await using between = relay(peer.port);
    const { conn } = await secure(between.port, base);
    assert.equal(text(await readExactly(conn, 10)), "part of it");
    const read = conn.read(new Uint8Array(10));
    between.cut();
    await assert.rejects(read, (error) => tlsReason(error)?.[0] === "tls_truncated");
    conn.close();
  });

  test("half-close: either side may go on", async () => {
    await using peer = tlsServer(server, async (conn) => {
      assert.equal(text(await readToEnd(conn)), "question");
      await writeAll(conn, bytes("answer"));
      await conn.closeWrite();
    });
    const { conn } = await secure(peer.port, base);
    await writeAll(conn, bytes("question"));
    await conn.closeWrite();
    assert.equal(text(await readToEnd(conn)), "answer");
    closeQuietly(conn);

    await using second = tlsServer(server, async (conn) => {
      await conn.closeWrite();
      assert.equal(text(await readToEnd(conn)), "late");
    });
    const late = await secure(second.port, base);
    assert.equal(await late.conn.read(new Uint8Array(8)), null);
    await writeAll(late.conn, bytes("late"));
    await late.conn.closeWrite();
    closeQuietly(late.conn);
  });

  test("reads of one byte lose nothing", async () => {
    const data = pattern(3000);
    await using peer = tlsServer(server, async (conn) => {
      await writeAll(conn, data);
      await conn.closeWrite();
      await readToEnd(conn);
    });
    const { conn } = await secure(peer.port, base);
    assert.deepEqual(await readToEnd(conn, 1), data);
    await conn.closeWrite();
    closeQuietly(conn);
  });

  test("5 MB go each way at once", async () => {
    const [up, down] = [pattern(5_000_000, 1), pattern(5_000_000, 2)];
    await using peer = tlsServer(server, async (conn) => {
      const [received] = await Promise.all([
        readToEnd(conn),
        writeAll(conn, down).then(() => conn.closeWrite()),
      ]);
      assert.ok(equal(received, up), "what the server got");
    });
    const { conn } = await secure(peer.port, base);
    const [received] = await Promise.all([
      readToEnd(conn, 10_000),
      writeAll(conn, up).then(() => conn.closeWrite()),
    ]);
    assert.ok(equal(received, down), "what the client got");
    closeQuietly(conn);
  });

  test("a slow reader gets all of what was sent before the end", async () => {
    const data = pattern(2_000_000);
    await using peer = tlsServer(server, async (conn) => {
      await writeAll(conn, data);
      await conn.closeWrite();
      await readToEnd(conn);
    });
    const { conn } = await secure(peer.port, base);
    await writeAll(conn, bytes("x"));
    const head = await readExactly(conn, 10);
    for (let turn = 0; turn < 50; turn++) await new Promise((next) => setTimeout(next));
    const rest = await readToEnd(conn, 1000);
    assert.ok(equal(rest, data.subarray(10)) && equal(head, data.subarray(0, 10)));
    await conn.closeWrite();
    closeQuietly(conn);
  });

  test("close() says goodbye to the peer", async () => {
    let end: unknown = "none";
    {
      await using peer = tlsServer(server, async (conn) => {
        end = await readToEnd(conn).then(text, (error) => error);
      });
      const { conn } = await secure(peer.port, base);
      await writeAll(conn, bytes("all"));
      conn.close();
    }
    assert.equal(end, "all");
  });

  test("close() ends a pending read", async () => {
    await using peer = tlsServer(
      server,
      async (conn) => void await readToEnd(conn).catch(() => {}),
    );
    const { conn } = await secure(peer.port, base);
    const read = conn.read(new Uint8Array(1));
    conn.close();
    await assert.rejects(
      read,
      (error) => isNetError("socket_closed")(netError(error, "read", "x")),
    );
  });
}

Deno.test("TLS over a connection that isn't Deno's TCP, and TLS within TLS", async () => {
  await using peer = tlsServer(server, async (conn) => {
    await writeAll(conn, await readExactly(conn, 4));
    await conn.closeWrite();
    await readToEnd(conn);
  });
  const tcp = await connectTo(peer.port);
  const wrapped: Conn = {
    read: (buffer) => tcp.read(buffer.subarray(0, 7)),
    write: (data) => tcp.write(data.subarray(0, 11)),
    closeWrite: () => tcp.closeWrite(),
    close: () => tcp.close(),
    ref: () => tcp.ref(),
    unref: () => tcp.unref(),
  };
  const never = new AbortController().signal;
  const { conn, info } = await startTls(wrapped, "localhost", { caCerts }, never);
  assert.equal(info.engine, "node");
  conn.unref();
  conn.ref();
  await writeAll(conn, bytes("ping"));
  assert.equal(text(await readToEnd(conn)), "ping");
  await conn.closeWrite();
  conn.close();

  // As through a proxy that is itself spoken to by TLS.
  await using inner = tlsServer(server, async (conn) => {
    await writeAll(conn, await readExactly(conn, 4));
    await conn.closeWrite();
    await readToEnd(conn);
  });
  await using outer = tlsServer(server, async (conn) => {
    await pipeTo(conn, inner.port);
  });
  const first = await secure(outer.port, { caCerts });
  const second = await startTls(first.conn, "localhost", { caCerts }, never);
  await writeAll(second.conn, bytes("ping"));
  assert.equal(text(await readToEnd(second.conn)), "ping");
  await second.conn.closeWrite();
  second.conn.close();
});

/** Passes bytes both ways until both sides have ended. */
async function pipeTo(conn: Conn, port: number): Promise<void> {
  const to = await connectTo(port);
  const pass = async (from: Conn, into: Conn) => {
    const buffer = new Uint8Array(65536);
    for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
      await writeAll(into, buffer.subarray(0, count));
    }
    await into.closeWrite();
  };
  await Promise.all([pass(conn, to), pass(to, conn)]).finally(() => to.close());
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
