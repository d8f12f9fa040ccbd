import assert from "node:assert/strict";
import { echo, frame, readToEnd, tcpPeer, writeAll } from "../session/peers_for_tests.ts";
import { NetError } from "../../net/mod.ts";
import { PacketError } from "../errors.ts";
import { PacketLoad, type PacketLoadOptions } from "./mod.ts";
import { parserOf } from "./_parsers_for_tests.ts";
import { until } from "../../internal/until_for_tests.ts";
import { untilStill } from "./_still_for_tests.ts";
import { freePort } from "../../internal/programs_for_tests.ts";

/** A load of 100-byte bodies behind a header of 4 bytes. */
function loadOf(port: number, options: Partial<PacketLoadOptions> = {}): PacketLoad {
  return new PacketLoad({
    endpoints: [`127.0.0.1:${port}`],
    ...{ headerSize: 4, bodyMax: 100, packets: { hello: frame("hello") } },
    ...options,
  });
}

/** What a session that opens a connection to `serve` receives, and ends with. */
async function receiveAll(serve: (conn: Deno.TcpConn) => Promise<void>): Promise<{
  readonly packets: readonly string[];
  readonly code: string | null;
  readonly load: PacketLoad;
}> {
  await using peer = tcpPeer(serve);
  const load = loadOf(peer.port);
  const session = await load.open();
  const packets: string[] = [];
  try {
    for (let next = await session.receive(); next !== null; next = await session.receive()) {
      packets.push(next.toHex());
    }
    return { packets, code: null, load };
  } catch (error) {
    assert.ok(error instanceof PacketError || error instanceof NetError, String(error));
    return { packets, code: error.code, load };
  }
}

Deno.test("a server that closes in the middle of a header or body ends its session with a reason", async () => {
  for (const cut of [1, 3, 4, 8]) {
    const packet = frame("hello");
    const { packets, code, load } = await receiveAll(async (conn) => {
      await writeAll(conn, packet);
      await writeAll(conn, packet.subarray(0, cut));
    });
    assert.deepEqual(packets, [packet.toHex()]);
    assert.equal(code, "closed_early", `cut at ${cut}`);
    const { sessionsFailed, open, reasons } = load.stats();
    assert.deepEqual({ sessionsFailed, open, reasons }, {
      ...{ sessionsFailed: 1, open: 0, reasons: { closed_early: 1 } },
    });
  }
});

Deno.test("a server that closes between packets ends its session, which is no failure", async () => {
  const { packets, code, load } = await receiveAll((conn) => writeAll(conn, frame("bye")));
  assert.deepEqual(packets, [frame("bye").toHex()]);
  assert.equal(code, null);
  const { sessionsFailed, closedByPeer } = load.stats();
  assert.deepEqual({ sessionsFailed, closedByPeer }, { sessionsFailed: 0, closedByPeer: 1 });
});

Deno.test("a server that sends one byte at a time is understood", async () => {
  const { packets } = await receiveAll(async (conn) => {
    conn.setNoDelay();
    for (const byte of [...frame("slow"), ...frame("")]) await conn.write(Uint8Array.of(byte));
  });
  assert.deepEqual(packets, [frame("slow").toHex(), frame("").toHex()]);
});

Deno.test("a body of BODYMAX is a packet, one byte more ends the session, as do 2^32 - 1", async () => {
  const most = frame(new Uint8Array(100));
  for (const length of [101, 2 ** 32 - 1]) {
    const header = new Uint8Array(4);
    new DataView(header.buffer).setUint32(0, length, true);
    const { packets, code, load } = await receiveAll(async (conn) => {
      await writeAll(conn, most);
      await writeAll(conn, header);
      await readToEnd(conn);
    });
    assert.deepEqual(packets, [most.toHex()]);
    assert.equal(code, "body_too_large");
    assert.deepEqual(load.stats().reasons, { body_too_large: 1 });
  }
});

Deno.test("a server that leaves in the middle of a flood fails the session by the system's reason", async () => {
  await using peer = tcpPeer(async (conn) => {
    await conn.read(new Uint8Array(1));
  });
  await using load = loadOf(peer.port, { repeat: true });
  load.create(1);
  await load.connect();
  load.prepare(0, 1, "hello", { copies: 1000 });
  await load.flood();
  const { error, state } = load.session(0);
  assert.equal(state, "ended");
  assert.ok(error instanceof NetError);
  assert.ok(["connection_reset", "broken_pipe"].includes(error.code), error.code);
  assert.deepEqual(load.stats().reasons, { [error.code]: 1 });
  await assert.rejects(
    load.session(0).send("hello"),
    (error) => error instanceof PacketError && error.code === "session_closed",
  );
});

Deno.test("a refused connection is counted with its reason, and the others go on", async () => {
  await using peer = tcpPeer(echo);
  await using load = loadOf(peer.port, {
    endpoints: [`127.0.0.1:${freePort()}`, `127.0.0.1:${peer.port}`],
  });
  load.create(4);
  await load.connect();
  const { connections, connectionsFailed, open, reasons } = load.stats();
  assert.deepEqual({ connections, connectionsFailed, open, reasons }, {
    ...{ connections: 4, connectionsFailed: 2, open: 2, reasons: { connection_refused: 2 } },
  });
  const answer = load.session(1).receive();
  await load.send(0, 4, "hello");
  assert.equal((await answer)?.toHex(), frame("hello").toHex());
  assert.equal(load.stats().packetsSent, 2);
});

Deno.test("opening a session that can't connect says why", async () => {
  await using load = loadOf(freePort());
  await assert.rejects(
    load.open(),
    (error) =>
      error instanceof PacketError && error.code === "connect_failed" &&
      error.cause instanceof NetError && error.cause.code === "connection_refused",
  );
});

Deno.test("a server that never reads stops its session, and its memory stays as it is", async () => {
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  await using peer = tcpPeer(() => over);
  await using load = loadOf(peer.port, {
    ...{ repeat: true, packets: { block: frame(new Uint8Array(60)) } },
  });
  load.create(1);
  await load.connect();
  load.prepare(0, 1, "block", { copies: 1_000_000, counter: { start: 4, length: 8 } });
  const flooding = load.flood();
  // Once the system's buffers are full.
  await untilStill("what is sent", () => load.stats().bytesSent);
  const { bytesSent, open } = load.stats();
  assert.ok(bytesSent < 60_000_000, `${bytesSent} bytes`);
  assert.equal(open, 1);
  await load.disconnect();
  await flooding;
  end();
});

Deno.test("a server that floods and never reads makes reading pause, not responses pile up", async () => {
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  let flooded = 0;
  await using peer = tcpPeer(async (conn) => {
    const block = new Uint8Array(64 * 100);
    for (let i = 0; i < 100; i++) block.set(frame(new Uint8Array(60)), i * 64);
    const writing = (async () => {
      for (;;) {
        const count = await conn.write(block);
        flooded += count;
      }
    })();
    await Promise.race([writing, over]);
    writing.catch(() => {});
  });
  await using load = loadOf(peer.port, { handler: await parserOf() });
  load.create(1);
  await load.connect();
  await until("packets are there", () => load.stats().bytesReceived > 0);
  await untilStill("what is written", () => flooded);
  const { bytesReceived, bytesSent, open } = load.stats();
  assert.equal(open, 1);
  const waiting = bytesReceived - bytesSent;
  assert.ok(waiting <= 512 * 1024, `${waiting} bytes of responses wait`);
  load.close();
  end();
});

Deno.test("a drained session has sent everything when the server has read it all", async () => {
  const { promise, resolve } = Promise.withResolvers<Uint8Array>();
  await using peer = tcpPeer(async (conn) => {
    await writeAll(conn, frame("unread by the session"));
    resolve(await readToEnd(conn));
  });
  await using load = loadOf(peer.port, { read: false });
  load.create(1);
  await load.connect();
  const sent = load.send(0, 1, "hello", { copies: 10_000 });
  await load.drain();
  await sent;
  assert.equal((await promise).length, 90_000);
  assert.equal(load.stats().sessionsFailed, 0);
});
