import assert from "node:assert/strict";
import { newContext, Registry, runInContext, summarize } from "../../metrics/mod.ts";
import { PacketLoad } from "./mod.ts";
import { parserOf } from "./_parsers_for_tests.ts";

/** A UDP server for tests. */
function udpPeer(): { readonly conn: Deno.DatagramConn; readonly endpoint: string } {
  const conn = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  return { conn, endpoint: `127.0.0.1:${(conn.addr as Deno.NetAddr).port}` };
}

/** Sum of a counter's series with these tags. */
function count(registry: Registry, name: string, tags: Record<string, string> = {}): number {
  const found = registry.select(name, tags);
  return found === undefined ? 0 : summarize(found, "count");
}

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("each datagram is a packet, duplicates and late ones too, in the order they come", async () => {
  const { conn, endpoint } = udpPeer();
  await using load = new PacketLoad({ session: "udp", endpoints: [endpoint] });
  const session = await load.open();
  await session.send(bytes("hello"));
  const [asked, from] = await conn.receive();
  assert.deepEqual(asked, bytes("hello"));
  for (const text of ["2", "1", "1", "3"]) await conn.send(bytes(text), from);
  const received: string[] = [];
  for (let i = 0; i < 4; i++) received.push(new TextDecoder().decode((await session.receive())!));
  assert.deepEqual(received, ["2", "1", "1", "3"]);
  session.close();
  assert.equal(await session.receive(), null);
  conn.close();
});

Deno.test("fault 41: empty, cut and forged datagrams are counted by kind, and end nothing", async () => {
  const registry = new Registry();
  const { conn, endpoint } = udpPeer();
  const forger = udpPeer();
  await runInContext(newContext(registry), async () => {
    await using load = new PacketLoad({ session: "udp", endpoints: [endpoint], bodyMax: 8 });
    const session = await load.open();
    await session.send(bytes("hello"));
    const [, from] = await conn.receive();
    await conn.send(bytes(""), from);
    await forger.conn.send(bytes("forged"), from);
    await conn.send(bytes("far too long"), from);
    await conn.send(bytes("just fit"), from);
    assert.equal((await session.receive())?.length, 0);
    assert.deepEqual(await session.receive(), bytes("just fit"));
    const { packetsReceived, sessionsFailed, open } = load.stats();
    assert.deepEqual({ packetsReceived, sessionsFailed, open }, {
      ...{ packetsReceived: 2, sessionsFailed: 0, open: 1 },
    });
  });
  for (const reason of ["empty", "cut", "stray"]) {
    assert.equal(count(registry, "packet_datagram_faults", { reason }), 1, reason);
  }
  assert.equal(count(registry, "packet_packets_received", { endpoint, transport: "udp" }), 2);
  conn.close();
  forger.conn.close();
});

Deno.test("datagrams that nobody receives are sent all the same", async () => {
  const { conn, endpoint } = udpPeer();
  conn.close(); // The system answers with ICMP, which Deno does not pass on.
  await using load = new PacketLoad({ session: "udp", endpoints: [endpoint] });
  load.create(2);
  await load.connect();
  await load.send(0, 2, bytes("hello?"), { copies: 20 });
  const { packetsSent, packetsReceived, sessionsFailed, open } = load.stats();
  assert.deepEqual({ packetsSent, packetsReceived, sessionsFailed, open }, {
    ...{ packetsSent: 40, packetsReceived: 0, sessionsFailed: 0, open: 2 },
  });
});

Deno.test("each response is a datagram of its own", async () => {
  const { conn, endpoint } = udpPeer();
  await using load = new PacketLoad({
    ...{ session: "udp", endpoints: [endpoint], handler: await parserOf() },
    packets: { go: "go" },
  });
  load.create(1);
  await load.connect();
  await load.send(0, 1, "go");
  const [, from] = await conn.receive();
  const texts = ["one", "two", "three", "four"];
  for (const text of texts) await conn.send(bytes(text), from);
  for (const text of texts) {
    const [answer] = await conn.receive();
    assert.deepEqual(answer, bytes(text));
  }
  conn.close();
});

Deno.test("counters and times are in each datagram", async () => {
  const { conn, endpoint } = udpPeer();
  await using load = new PacketLoad({ session: "udp", endpoints: [endpoint], read: false });
  load.create(1);
  await load.connect();
  await load.send(0, 1, new Uint8Array(12), {
    ...{ copies: 3, counter: { length: 4, step: 5, endian: "big" } },
    timestamp: { start: 4, length: 8, unit: "seconds" },
  });
  for (const value of [0, 5, 10]) {
    const [packet] = await conn.receive();
    const view = new DataView(packet.buffer, packet.byteOffset);
    assert.equal(view.getUint32(0), value);
    assert.ok(Math.abs(Number(view.getBigUint64(4, true)) - Date.now() / 1000) < 60);
  }
  conn.close();
});

Deno.test("drained UDP sessions close at once", async () => {
  const { conn, endpoint } = udpPeer();
  await using load = new PacketLoad({ session: "udp", endpoints: [endpoint] });
  load.create(3);
  await load.connect();
  load.send(0, 3, bytes("last"), { copies: 5 });
  await load.drain();
  const { packetsSent, open } = load.stats();
  assert.deepEqual({ packetsSent, open }, { packetsSent: 15, open: 0 });
  conn.close();
});
