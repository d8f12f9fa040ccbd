import assert from "node:assert/strict";
import { PacketError } from "../errors.ts";
import type { Payload } from "../plan.ts";
import { PreparedPacket } from "./payload.ts";
import { WHOLE } from "./stamps.ts";

const LITTLE = { start: 0, length: 2, endian: "little" } as const;
const plain: Payload = { packet: "p", copies: 1, counter: null, timestamp: null };
const options = { blockBytes: 16, segment: WHOLE };

/** The counters, of two bytes at the beginning, of packets of 4 bytes. */
function counters(bytes: Uint8Array): number[] {
  return Array.from(
    { length: bytes.length / 4 },
    (_, i) => bytes[i * 4]! + 256 * bytes[i * 4 + 1]!,
  );
}

Deno.test("a block has as many copies as fit, and no more than were asked for", () => {
  const packet = new PreparedPacket(plain, Uint8Array.of(1, 2, 3, 4, 5), options);
  assert.deepEqual([...packet.take(2).bytes], [1, 2, 3, 4, 5, 1, 2, 3, 4, 5]);
  assert.equal(packet.take(100).copies, 3);
  assert.equal(packet.take(1).bytes.length, 5);
  assert.equal(packet.take(100).bytes.length, 15);
});

Deno.test("a packet longer than a block is a block of its own", () => {
  const packet = new PreparedPacket(plain, new Uint8Array(1000), options);
  assert.equal(packet.take(9).copies, 1);
});

Deno.test("copies without stamps are not copied for each session", () => {
  const packet = new PreparedPacket(plain, Uint8Array.of(1, 2), options);
  assert.equal(packet.take(50).bytes.buffer, packet.take(50).bytes.buffer);
  assert.equal(packet.take(50).bytes.buffer, packet.take(3).bytes.buffer);
});

Deno.test("counters go on from block to block, through buffers that are used again", () => {
  const counter = { ...LITTLE, step: 3 };
  const packet = new PreparedPacket({ ...plain, counter }, Uint8Array.of(9, 9, 7, 8), options);
  const first = packet.take(4);
  assert.deepEqual(counters(first.bytes), [0, 3, 6, 9]);
  assert.deepEqual([...first.bytes.subarray(2, 4)], [7, 8], "the rest is the packet's");
  const second = packet.take(2);
  assert.notEqual(second.bytes.buffer, first.bytes.buffer, "the first is being written");
  assert.deepEqual(counters(second.bytes), [12, 15]);
  packet.release(first);
  packet.release(second);
  const third = packet.take(3);
  assert.equal(third.bytes.buffer, second.bytes.buffer);
  assert.deepEqual(counters(third.bytes), [18, 21, 24]);
});

Deno.test("counters of three shards never meet, and are together what one shard counts", () => {
  for (const step of [1, 7, -2]) {
    const counter = { ...LITTLE, step };
    const bytes = new Uint8Array(4);
    const all = [0, 1, 2].flatMap((index) => {
      const segment = { index, count: 3 };
      const packet = new PreparedPacket({ ...plain, counter }, bytes, { blockBytes: 16, segment });
      return counters(packet.take(4).bytes);
    });
    const one = new PreparedPacket({ ...plain, counter }, bytes, { ...options, blockBytes: 48 });
    const order = (a: number, b: number) => a - b;
    assert.deepEqual(all.sort(order), counters(one.take(12).bytes).sort(order));
    assert.equal(new Set(all).size, 12);
  }
});

Deno.test("every copy has the time of its write", () => {
  const timestamp = { start: 0, length: 8, endian: "big", unit: "milliseconds" } as const;
  const packet = new PreparedPacket({ ...plain, timestamp }, new Uint8Array(8), options);
  const before = Date.now();
  const { bytes } = packet.take(2);
  const after = Date.now() + 1;
  const view = new DataView(bytes.buffer);
  for (const at of [0, 8]) {
    const time = Number(view.getBigUint64(at));
    assert.ok(before - 1000 <= time && time <= after + 1000, `${before} ${time} ${after}`);
  }
});

Deno.test("stamps outside of the packet, and empty packets, are refused by name", () => {
  const refuse = (payload: Payload, bytes: number, why: RegExp) =>
    assert.throws(
      () => new PreparedPacket(payload, new Uint8Array(bytes), options),
      (error) =>
        error instanceof PacketError && error.code === "packet_unknown" && why.test(error.message),
    );
  refuse(plain, 0, /packet p has no bytes/);
  refuse({ ...plain, counter: { ...LITTLE, start: 3, step: 1 } }, 4, /COUNTER 3:2 .* 4 bytes/);
  const timestamp = { start: 1, length: 8, endian: "big", unit: "seconds" } as const;
  refuse({ ...plain, timestamp }, 8, /TIMESTAMP 1:8 lies outside of packet p, which has 8 bytes/);
});
