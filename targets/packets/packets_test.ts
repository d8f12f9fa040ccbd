import assert from "node:assert/strict";
import { UDP } from "../../net/mod.ts";
import { packetOf } from "./frames.ts";
import { planOf } from "./options.ts";
import { type PacketTargetOptions, startPackets } from "../mod.ts";

const text = (words: string) => new TextEncoder().encode(words);

/** Packets as they stand on the wire, one behind the other. */
function wire(bodies: readonly string[], options: PacketTargetOptions = {}): Uint8Array {
  const plan = planOf(options);
  return new Uint8Array(bodies.flatMap((body) => [...packetOf(text(body), plan)]));
}

async function connect(port: number): Promise<Deno.TcpConn> {
  return await Deno.connect({ hostname: "127.0.0.1", port });
}

/** The next bytes, exactly so many of them. */
async function readExactly(conn: Deno.Conn, count: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count;) {
    const read = await conn.read(bytes.subarray(at));
    if (read === null) throw new Error(`ended after ${at} of ${count} bytes`);
    at += read;
  }
  return bytes;
}

async function readAll(conn: Deno.Conn): Promise<Uint8Array> {
  return await new Response(conn.readable).bytes();
}

for (const split of ["whole", "bytes", "header", "coalesced"] as const) {
  Deno.test(`echoed packets are the bytes that were sent, with split ${split}`, async () => {
    await using target = await startPackets({ split });
    using conn = await connect(target.port);
    const bytes = wire(["", "a", "hello", "x".repeat(100), "1", "2", "3", "4", "5", "6"]);
    // In two writes that break in the middle of a header.
    await conn.write(bytes.subarray(0, 6));
    await conn.write(bytes.subarray(6));
    assert.deepEqual(await readExactly(conn, bytes.length), bytes);
    assert.equal(target.counts.packetsIn, 10);
  });
}

Deno.test("a broadcast goes to all that are connected", async () => {
  await using target = await startPackets({ answer: "broadcast" });
  using a = await connect(target.port);
  await a.write(wire(["hi"]));
  assert.deepEqual(await readExactly(a, 6), wire(["hi"]));
  using b = await connect(target.port);
  await b.write(wire(["to all"]));
  for (const conn of [a, b]) assert.deepEqual(await readExactly(conn, 10), wire(["to all"]));
});

Deno.test("with answer none nothing comes back", async () => {
  await using target = await startPackets({ answer: "none", heartbeatMs: 1, heartbeat: text("!") });
  using conn = await connect(target.port);
  await conn.write(wire(["hello"]));
  assert.deepEqual(await readExactly(conn, 5), wire(["!"]));
});

Deno.test("heartbeats count, and come without a question", async () => {
  await using target = await startPackets({ heartbeatMs: 1 });
  using conn = await connect(target.port);
  const [first, second] = [await readExactly(conn, 17), await readExactly(conn, 17)];
  assert.deepEqual(first.subarray(0, 5), new Uint8Array([0, 0, 0, 13, 1]));
  const number = (packet: Uint8Array) => new DataView(packet.buffer).getUint32(5);
  assert.equal(number(second), number(first) + 1);
});

Deno.test("it closes in the middle of a packet after as many as it was told", async () => {
  await using target = await startPackets({ closeAfter: 2 });
  using conn = await connect(target.port);
  const bytes = wire(["one", "two", "three"]);
  await conn.write(bytes);
  assert.deepEqual(await readAll(conn), bytes.subarray(0, 14 + 4));
});

Deno.test("a header can be longer than its length, and little-endian", async () => {
  const options: PacketTargetOptions = {
    header: { size: 6, start: 2, length: 2, endian: "little" },
  };
  await using target = await startPackets(options);
  using conn = await connect(target.port);
  const bytes = wire(["abc"], options);
  assert.deepEqual([...bytes.subarray(0, 6)], [0, 0, 3, 0, 0, 0]);
  bytes.set([9, 9], 4);
  await conn.write(bytes);
  assert.deepEqual(await readExactly(conn, bytes.length), bytes);
});

Deno.test("a body over bodyMax ends the connection before it is read", async () => {
  await using target = await startPackets({ bodyMax: 100 });
  using conn = await connect(target.port);
  await conn.write(new Uint8Array([0, 0, 0, 101]));
  assert.equal((await readAll(conn)).length, 0);
  assert.equal(target.counts.refused, 1);
});

Deno.test("a deaf one reads nothing, and still lets go at its end", async () => {
  const target = await startPackets({ deaf: true });
  using conn = await connect(target.port);
  await conn.write(wire(["hello"]));
  await target[Symbol.asyncDispose]();
  assert.deepEqual([target.counts.connections, target.counts.bytesIn], [1, 0]);
});

Deno.test("UDP answers on the same port, and broadcasts to those that have spoken", async () => {
  await using target = await startPackets({ answer: "broadcast" });
  await using a = await UDP.open(target.address);
  await using b = await UDP.open(target.address);
  await a.send(text("one"));
  assert.deepEqual((await a.receive())?.data, text("one"));
  await b.send(text("two"));
  for (const socket of [a, b]) assert.deepEqual((await socket.receive())?.data, text("two"));
});

Deno.test("options that mean nothing are refused", async () => {
  const cases: [options: PacketTargetOptions, message: RegExp][] = [
    [{ port: 65_536 }, /port must be a whole number from 0 to 65535: 65536/],
    [{ split: "byte" as "bytes" }, /split is not one of whole, bytes, header, coalesced: "byte"/],
    [{ answers: "echo" } as PacketTargetOptions, /has no option answers: did you mean answer/],
    [{ header: { size: 4, start: 4 } }, /header.start must be a whole number from 0 to 3: 4/],
    [{ header: { length: 5 } }, /header.length must be a whole number from 1 to 4: 5/],
    [{ bodyMax: 12 }, /heartbeat is longer than a body can be \(12 bytes\)/],
  ];
  for (const [options, message] of cases) await assert.rejects(startPackets(options), message);
});

Deno.test("a port that is taken is an error with its address", async () => {
  await using target = await startPackets();
  await assert.rejects(startPackets({ port: target.port }), {
    code: "address_in_use",
    message: `can't listen on 127.0.0.1:${target.port}`,
  });
});
