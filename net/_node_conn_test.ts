import assert from "node:assert/strict";
import net from "node:net";
import type { Conn } from "./conn.ts";
import { netError } from "./errors.ts";
import { writeAll } from "./_io.ts";
import { type NodeConn, nodeConn } from "./_node_conn.ts";
import { bytes, concat, isNetError, pattern, text } from "./_sockets_for_tests.ts";

/** A node connection and its peer, a plain one of Deno's. */
interface Ends extends AsyncDisposable {
  readonly conn: NodeConn;
  readonly peer: Deno.TcpConn;
}

async function connect(): Promise<Ends> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const socket = net.connect({ host: "127.0.0.1", port: listener.addr.port });
  const connected = new Promise<void>((resolve) => socket.once("connect", resolve));
  const [peer] = await Promise.all([listener.accept(), connected]);
  const conn = nodeConn(socket);
  return {
    conn,
    peer,
    async [Symbol.asyncDispose]() {
      const gone = new Promise<void>((resolve) =>
        socket.closed ? resolve() : socket.once("close", resolve)
      );
      conn.close();
      await gone;
      try {
        peer.close();
      } catch {
        // Closed by the test.
      }
    },
  };
}

async function readToEnd(conn: Conn, step: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const buffer = new Uint8Array(step);
  for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
    assert.ok(count > 0 && count <= step, String(count));
    parts.push(buffer.slice(0, count));
  }
  return concat(parts);
}

const failsAs = (...expected: Parameters<typeof isNetError>) => (error: unknown) =>
  isNetError(...expected)(netError(error, expected[1] ?? "read", "peer"));

Deno.test("node conn: bytes go both ways, and both addresses are told", async () => {
  await using ends = await connect();
  const { conn, peer } = ends;
  assert.deepEqual(conn.remoteAddr, { ...peer.localAddr });
  assert.deepEqual(conn.localAddr, { ...peer.remoteAddr });
  conn.setNoDelay();
  conn.setKeepAlive();
  assert.equal(await conn.write(bytes("ping")), 4);
  const buffer = new Uint8Array(16);
  assert.equal(await peer.read(buffer), 4);
  await peer.write(bytes("pong"));
  assert.equal(await conn.read(buffer), 4);
  assert.equal(text(buffer.subarray(0, 4)), "pong");
});

Deno.test("node conn: a read takes no more than its buffer, the rest waits", async () => {
  await using ends = await connect();
  await ends.peer.write(bytes("abcdef"));
  await ends.peer.closeWrite();
  assert.equal(text(await readToEnd(ends.conn, 1)), "abcdef");
  assert.equal(await ends.conn.read(new Uint8Array(1)), null, "and so on");
});

Deno.test("node conn: an empty buffer reads nothing, an empty write writes nothing", async () => {
  await using ends = await connect();
  assert.equal(await ends.conn.read(new Uint8Array()), 0);
  assert.equal(await ends.conn.write(new Uint8Array()), 0);
});

Deno.test("node conn: megabytes go both ways at once, in any step", async () => {
  for (const step of [1000, 16384, 300_000]) {
    await using ends = await connect();
    const [up, down] = [pattern(3_000_000, 1), pattern(3_000_000, 2)];
    const send = (conn: Conn, data: Uint8Array) =>
      writeAll(conn, data).then(() => conn.closeWrite());
    const [gotDown, gotUp] = await Promise.all([
      readToEnd(ends.conn, step),
      readToEnd(ends.peer, 65536),
      send(ends.conn, up),
      send(ends.peer, down),
    ]);
    assert.ok(gotUp.length === up.length && gotUp.every((byte, i) => byte === up[i]));
    assert.ok(gotDown.length === down.length && gotDown.every((byte, i) => byte === down[i]));
  }
});

Deno.test("node conn: a peer that doesn't read stops the writer", async () => {
  await using ends = await connect();
  const chunk = new Uint8Array(1_000_000);
  let written = 0;
  const writing = (async () => {
    for (;;) written += await ends.conn.write(chunk);
  })();
  writing.catch(() => {});
  let before = -1;
  while (before !== written) { // Until the kernel's buffers are full.
    before = written;
    for (let turn = 0; turn < 20; turn++) await new Promise((next) => setTimeout(next));
  }
  assert.ok(written < 50_000_000, String(written));
  const stuck = written;
  const buffer = new Uint8Array(1_000_000);
  for (let read = 0; read <= stuck + chunk.length;) {
    read += await ends.peer.read(buffer) ?? assert.fail("ended");
  }
  assert.ok(written > stuck, "and goes on when it does");
  ends.conn.close();
  await assert.rejects(writing, failsAs("socket_closed", "write"));
});

Deno.test("node conn: a reader that doesn't read stops the peer", async () => {
  await using ends = await connect();
  const chunk = new Uint8Array(100_000);
  let written = 0;
  const writing = (async () => {
    for (;;) written += await ends.peer.write(chunk);
  })();
  writing.catch(() => {});
  let before = -1;
  while (before !== written) {
    before = written;
    for (let turn = 0; turn < 20; turn++) await new Promise((next) => setTimeout(next));
  }
  assert.ok(written < 50_000_000, String(written));
  ends.peer.close();
  await assert.rejects(writing);
});

Deno.test("node conn: either side may end first", async () => {
  await using ends = await connect();
  await ends.conn.closeWrite();
  assert.equal(await ends.peer.read(new Uint8Array(1)), null);
  await ends.peer.write(bytes("late"));
  await ends.peer.closeWrite();
  assert.equal(text(await readToEnd(ends.conn, 10)), "late");

  await using second = await connect();
  await second.peer.closeWrite();
  assert.equal(await second.conn.read(new Uint8Array(1)), null);
  await writeAll(second.conn, bytes("late"));
  await second.conn.closeWrite();
  assert.equal(text(await readToEnd(second.peer, 10)), "late");
});

Deno.test("node conn: a reset rejects the pending read and what follows", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const socket = net.connect({ host: "127.0.0.1", port: listener.addr.port });
  await new Promise<void>((resolve) => socket.once("connect", resolve));
  const conn = nodeConn(socket);
  const read = conn.read(new Uint8Array(1));
  listener.close(); // Resets what it hasn't accepted.
  await assert.rejects(read, failsAs("connection_reset", "read"));
  await assert.rejects(conn.read(new Uint8Array(1)), failsAs("connection_reset", "read"));
  await assert.rejects(conn.write(bytes("x")), failsAs("connection_reset", "write"));
  await assert.rejects(conn.closeWrite(), failsAs("connection_reset", "write"));
  conn.close();
});

Deno.test("node conn: close() rejects the pending read and write, and all that follow", async () => {
  await using ends = await connect();
  const read = ends.conn.read(new Uint8Array(1));
  const write = ends.conn.write(new Uint8Array(30_000_000));
  ends.conn.close();
  ends.conn.close();
  await assert.rejects(read, failsAs("socket_closed", "read"));
  await assert.rejects(write, failsAs("socket_closed", "write"));
  await assert.rejects(ends.conn.read(new Uint8Array(1)), failsAs("socket_closed", "read"));
  await assert.rejects(ends.conn.write(bytes("x")), failsAs("socket_closed", "write"));
  await assert.rejects(ends.conn.closeWrite(), failsAs("socket_closed", "write"));
});

Deno.test("node conn: writing after closeWrite() is refused", async () => {
  await using ends = await connect();
  await ends.conn.closeWrite();
  await assert.rejects(ends.conn.write(bytes("x")), failsAs("broken_pipe", "write"));
});

Deno.test("node conn: a second read or write at the same time is refused", async () => {
  await using ends = await connect();
  const read = ends.conn.read(new Uint8Array(1));
  await assert.rejects(ends.conn.read(new Uint8Array(1)), Deno.errors.Busy);
  const write = ends.conn.write(new Uint8Array(30_000_000));
  await assert.rejects(ends.conn.write(bytes("x")), Deno.errors.Busy);
  ends.conn.close();
  await assert.rejects(read);
  await assert.rejects(write);
});

Deno.test("node conn: unref() and ref() are passed on", async () => {
  await using ends = await connect();
  ends.conn.unref();
  ends.conn.ref();
  const read = ends.conn.read(new Uint8Array(1));
  await ends.peer.write(bytes("x"));
  assert.equal(await read, 1);
});
