import assert from "node:assert/strict";
import { Random } from "../../internal/fuzz_for_tests.ts";
import { PacketError } from "../errors.ts";
import { frame } from "./peers_for_tests.ts";
import { type Framing, Incoming } from "./incoming.ts";
import { readField } from "./numbers.ts";

const LENGTH = { start: 0, length: 4, endian: "little" } as const;
const framing: Framing = {
  ...{ headerSize: 4, bodyMax: 100_000, readBytes: 4096 },
  bodySize: (bytes, start) => readField(bytes, start, LENGTH),
};

/** Feeds the pieces; the packets that come out. */
function packetsOf(incoming: Incoming, pieces: readonly Uint8Array[]): Uint8Array[] {
  const packets: Uint8Array[] = [];
  for (let piece of pieces) {
    while (piece.length > 0) {
      const room = incoming.room();
      const count = Math.min(room.length, piece.length);
      assert.ok(count > 0, "there is always room");
      room.set(piece.subarray(0, count));
      incoming.filled(count);
      piece = piece.subarray(count);
      while (incoming.next()) packets.push(incoming.buffer.slice(incoming.from, incoming.to));
    }
  }
  return packets;
}

function join(packets: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(packets.flatMap((packet) => [...packet]));
}

Deno.test("packets come out whole at every cut of three of them", () => {
  const packets = [frame("hello"), frame(""), frame("again and again")];
  const all = join(packets);
  for (let a = 0; a <= all.length; a++) {
    for (let b = a; b <= all.length; b++) {
      const pieces = [all.subarray(0, a), all.subarray(a, b), all.subarray(b)];
      const incoming = new Incoming(framing);
      assert.deepEqual(packetsOf(incoming, pieces).map(hex), packets.map(hex));
      assert.equal(incoming.midPacket, false);
    }
  }
});

const hex = (bytes: Uint8Array): string => bytes.toHex();

Deno.test("packets come out whole, however long, whatever the pieces", () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
  const random = new Random(seed);
  for (let round = 0; round < 60; round++) {
    const sizes = random.list(12, () => random.below(random.pick([2, 20, 5000, 20_000])));
    const packets = sizes.map((size) => frame(random.bytes(size)));
    const pieces = random.pieces(join(packets));
    const found = packetsOf(new Incoming(framing), pieces);
    assert.deepEqual(found.map(hex), packets.map(hex), `seed ${seed}, round ${round}`);
  }
});

Deno.test("fault 42: lengths of 2^32 - 1 and of one too many are refused before memory is taken", () => {
  for (const length of [100_001, 2 ** 32 - 1]) {
    const incoming = new Incoming(framing);
    const header = new Uint8Array(4);
    new DataView(header.buffer).setUint32(0, length, true);
    assert.throws(
      () => packetsOf(incoming, [header]),
      (error) =>
        error instanceof PacketError && error.code === "body_too_large" &&
        error.message === `a body of ${length} bytes is over BODYMAX, 100000`,
    );
    assert.equal(incoming.buffer.length, 1024);
  }
});

Deno.test("memory grows with what came, not with what was announced, and shrinks back", () => {
  const incoming = new Incoming(framing);
  const packet = frame(new Uint8Array(90_000));
  packetsOf(incoming, [packet.subarray(0, 5000)]);
  assert.ok(incoming.buffer.length <= 10_000, `${incoming.buffer.length} bytes for 5000`);
  assert.equal(incoming.midPacket, true);
  assert.equal(packetsOf(incoming, [packet.subarray(5000)]).length, 1);
  assert.ok(incoming.buffer.length >= 90_004);
  packetsOf(incoming, [frame("x")]);
  assert.ok(incoming.buffer.length <= 4096, `${incoming.buffer.length} bytes are kept`);
});

Deno.test("reads that fill their buffer get a longer one, up to the limit", () => {
  const incoming = new Incoming({ ...framing, readBytes: 16_384 });
  assert.equal(incoming.room().length, 1024);
  for (let i = 0; i < 20; i++) {
    const room = incoming.room();
    const flood = join(Array.from({ length: room.length / 4 }, () => frame("")));
    assert.equal(packetsOf(incoming, [flood]).length, room.length / 4);
  }
  assert.equal(incoming.room().length, 16_384);
});
