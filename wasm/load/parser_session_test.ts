import assert from "node:assert/strict";
import { Random } from "../../internal/fuzz_for_tests.ts";
import { until } from "../../internal/until_for_tests.ts";
import { OptionError } from "../../internal/mod.ts";
import { PacketError } from "../errors.ts";
import { echo, frame, readToEnd, tcpPeer, writeAll } from "../session/peers_for_tests.ts";
import { parserBytes, parserOf } from "./_parsers_for_tests.ts";
import { untilStill } from "./_still_for_tests.ts";
import { PacketLoad, PacketParser } from "./mod.ts";

/** Reads the length itself, from the header of 4 bytes. */
const HEADER = "(i32.load (local.get $p))";

/** Answers the packet without its header: the responses of sessions differ from their packets. */
const BODY = `(i64.or
  (i64.extend_i32_u (i32.add (local.get $p) (i32.const 4)))
  (i64.shl (i64.extend_i32_u (i32.sub (local.get $n) (i32.const 4))) (i64.const 32)))`;

/** All that a session answers to a stream of packets that comes in pieces. */
async function answersTo(pieces: readonly Uint8Array[], parser: PacketParser): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<Uint8Array>();
  await using peer = tcpPeer(async (conn) => {
    conn.setNoDelay();
    const reading = readToEnd(conn);
    for (const piece of pieces) await writeAll(conn, piece);
    await conn.closeWrite();
    resolve(await reading);
  });
  await using load = new PacketLoad({
    ...{ endpoints: [`127.0.0.1:${peer.port}`], headerSize: 4, bodyMax: 60_000, handler: parser },
  });
  load.create(1);
  await load.connect();
  return (await promise).toHex();
}

Deno.test("a session gives the same responses wherever its stream is cut", async () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
  const random = new Random(seed);
  const parsers = [await parserOf({ body: BODY }), await parserOf({ body: BODY, header: HEADER })];
  for (let round = 0; round < 40; round++) {
    const bodies = random.list(30, () => random.bytes(random.below(random.pick([2, 50, 9000]))));
    const stream = Uint8Array.from(bodies.flatMap((body) => [...frame(body)]));
    const wanted = bodies.map((body) => body.toHex()).join("");
    const parser = parsers[round % 2]!;
    for (const pieces of [[stream], random.pieces(stream)]) {
      const answers = await answersTo(pieces, parser);
      assert.equal(answers, wanted, `seed ${seed}, round ${round}, ${pieces.length} pieces`);
    }
  }
});

Deno.test("headers that a guest calls negative, or too long, end the session", async () => {
  const cases = [["(i32.const -1)", "header_invalid"], ["(i32.const 101)", "body_too_large"]];
  for (const [header, code] of cases) {
    await using peer = tcpPeer(async (conn) => {
      await writeAll(conn, frame("hello"));
      await readToEnd(conn);
    });
    await using load = new PacketLoad({
      ...{ endpoints: [`127.0.0.1:${peer.port}`], headerSize: 4, bodyMax: 100 },
      handler: await parserOf({ header: header! }),
    });
    const session = await load.open();
    await assert.rejects(
      session.receive(),
      (error) => error instanceof PacketError && error.code === code,
    );
    assert.deepEqual(load.stats().reasons, { [code!]: 1 });
  }
});

Deno.test("a guest that calls every body empty is given each header as a packet", async () => {
  const answered = Promise.withResolvers<Uint8Array>();
  await using peer = tcpPeer(async (conn) => {
    const reading = readToEnd(conn);
    await writeAll(conn, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    await conn.closeWrite();
    answered.resolve(await reading);
  });
  await using load = new PacketLoad({
    ...{ endpoints: [`127.0.0.1:${peer.port}`], headerSize: 4 },
    handler: await parserOf({ header: "(i32.const 0)" }),
  });
  load.create(1);
  await load.connect();
  assert.deepEqual([...await answered.promise], [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.equal(load.stats().packetsReceived, 2);
});

Deno.test("a guest that always traps is given up, and its sessions with it", async () => {
  await using peer = tcpPeer(async (conn) => {
    for (let i = 0; i < 200; i++) await writeAll(conn, frame("x"));
    await readToEnd(conn);
  });
  await using load = new PacketLoad({
    ...{ endpoints: [`127.0.0.1:${peer.port}`], headerSize: 4 },
    handler: await parserOf({ body: "(unreachable)" }),
  });
  const session = await load.open();
  await assert.rejects(
    session.receive().then(async (packet) => {
      while (packet !== null) packet = await session.receive();
    }),
    (error) => error instanceof PacketError && error.code === "guest_broken",
  );
  assert.equal(load.stats().packetsReceived, 100);
});

Deno.test("a parser is read from a file, and its faults are told at once", async () => {
  const path = await Deno.makeTempFile({ suffix: ".wasm" });
  try {
    await Deno.writeFile(path, parserBytes({ header: HEADER }));
    assert.equal((await PacketParser.load(path)).hasHeader, true);
  } finally {
    await Deno.remove(path);
  }
  await assert.rejects(
    PacketParser.load(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)),
    (error) =>
      error instanceof PacketError && error.code === "guest_invalid" &&
      /memory/.test(error.message) && /handle_body/.test(error.message),
  );
  await assert.rejects(PacketParser.load(""), OptionError);
});

Deno.test("packets wait for receive, and reading for them", async () => {
  let written = 0;
  await using peer = tcpPeer(async (conn) => {
    const block = frame(new Uint8Array(50_000));
    for (; written < 400; written++) await writeAll(conn, block);
  });
  await using load = new PacketLoad({
    ...{ endpoints: [`127.0.0.1:${peer.port}`], headerSize: 4 },
  });
  const session = await load.open();
  await until("a MiB waits", () => load.stats().packetsReceived > 20);
  await untilStill("what is written", () => written);
  const { packetsReceived } = load.stats();
  assert.ok(packetsReceived <= 64, `${packetsReceived} packets`);
  for (let i = 0; i < 400; i++) assert.equal((await session.receive())?.length, 50_004);
  assert.equal(await session.receive(), null);
});

Deno.test("a session may connect again, and goes on with what it has to send", async () => {
  await using peer = tcpPeer(echo);
  await using load = new PacketLoad({
    ...{ endpoints: [`127.0.0.1:${peer.port}`], headerSize: 4, packets: { hello: frame("hello") } },
  });
  load.create(1);
  for (let turn = 1; turn <= 3; turn++) {
    await load.connect();
    const answer = load.session(0).receive();
    await load.send(0, 1, "hello");
    assert.equal((await answer)?.length, 9);
    await load.drain();
    const { connections, open, packetsSent } = load.stats();
    assert.deepEqual([connections, open, packetsSent], [turn, 0, turn]);
  }
});

Deno.test("what is asked of sessions before they connect is sent then", async () => {
  await using peer = tcpPeer(echo);
  await using load = new PacketLoad({
    ...{ endpoints: [`127.0.0.1:${peer.port}`], packets: { hello: "hello" } },
  });
  load.create(3);
  const sent = load.send(0, 2, "hello", { copies: 3 });
  await load.connect();
  await sent;
  assert.equal(load.stats().packetsSent, 6);
});
