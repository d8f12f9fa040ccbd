import assert from "node:assert/strict";
import { Random } from "../../internal/fuzz_for_tests.ts";
import { PoolError } from "../errors.ts";
import { randomTalk, shuffled } from "./_records_for_tests.ts";
import { RecordReader } from "./record_reader.ts";
import { cutMessage, decodeRecord, encodeRecord, MAX_SEQUENCE, type UpRecord } from "./records.ts";
import { target } from "./records_fuzz_for_tests.ts";

function isMalformed(error: unknown): boolean {
  return error instanceof PoolError && error.code === "message_malformed";
}

const TABLE: readonly (readonly [UpRecord, string])[] = [
  [{ kind: "piece", sequence: 1, last: true, bytes: Uint8Array.of(7) }, "010000000107"],
  [{ kind: "piece", sequence: 258, last: false, bytes: Uint8Array.of(1, 2) }, "00000001020102"],
  [{ kind: "bye", sequence: MAX_SEQUENCE, lost: 3, reason: null }, "02ffffffff00000003"],
  [{ kind: "bye", sequence: 1, lost: 0, reason: "é" }, "020000000100000000c3a9"],
];

for (const [record, hex] of TABLE) {
  Deno.test(`a record is ${hex}`, () => {
    assert.equal(encodeRecord(record).toHex(), hex);
    assert.deepEqual(decodeRecord(Uint8Array.fromHex(hex)), record);
  });
}

for (
  const [what, hex] of [
    ["nothing", ""],
    ["a cut header", "01000000"],
    ["sequence 0", "010000000007"],
    ["an unknown kind", "030000000107"],
    ["an empty piece", "0100000001"],
    ["a short goodbye", "0200000001000000"],
    ["a long goodbye", `020000000100000000${"41".repeat(2049)}`],
  ] as const
) {
  Deno.test(`a record is refused: ${what}`, () => {
    assert.throws(() => decodeRecord(Uint8Array.fromHex(hex)), isMalformed);
  });
}

Deno.test("a sequence that has no room is refused", () => {
  for (const sequence of [0, -1, MAX_SEQUENCE + 1, NaN]) {
    assert.throws(
      () => encodeRecord({ kind: "bye", sequence, lost: 0, reason: null }),
      isMalformed,
    );
  }
});

Deno.test("a message is cut below any length of record, and comes out whole", () => {
  const message = Uint8Array.from({ length: 100 }, (_, i) => i);
  for (let maxBytes = 6; maxBytes < 120; maxBytes++) {
    const records = cutMessage(message, 1, maxBytes);
    assert.ok(records.every((record) => record.length <= maxBytes));
    const reader = new RecordReader();
    assert.deepEqual(records.flatMap((record) => reader.push(record)), [message]);
    assert.equal(reader.merged, records.length);
  }
  assert.throws(() => cutMessage(message, 1, 5), RangeError);
});

Deno.test("records in any order, each several times, give the messages in order, each once", () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const random = new Random(seed);
  for (let n = 0; n < 300; n++) {
    const { messages, records } = randomTalk(random);
    const reader = new RecordReader();
    const got = shuffled(random, [...records, ...records, ...records])
      .flatMap((record) => reader.push(record));
    assert.deepEqual(got, messages, `seed ${seed}, case ${n}`);
    assert.equal(reader.end?.sent, records.length, `seed ${seed}, case ${n}`);
  }
});

Deno.test("what stands behind a gap waits for it", () => {
  const [first, second, third] = [1, 2, 3].map((sequence) =>
    encodeRecord({ kind: "piece", sequence, last: true, bytes: Uint8Array.of(sequence) })
  ) as [Uint8Array, Uint8Array, Uint8Array];
  const reader = new RecordReader();
  assert.deepEqual(reader.push(third), []);
  assert.deepEqual(reader.push(first), [Uint8Array.of(1)]);
  assert.deepEqual([reader.merged, reader.seen], [1, 3]);
  assert.deepEqual(reader.push(second), [Uint8Array.of(2), Uint8Array.of(3)]);
  assert.deepEqual([reader.merged, reader.seen], [3, 3]);
});

Deno.test("the end is known when nothing before it is missing", () => {
  const [piece] = cutMessage(Uint8Array.of(1), 1, 100) as [Uint8Array];
  const bye = encodeRecord({ kind: "bye", sequence: 2, lost: 4, reason: null });
  const reader = new RecordReader();
  reader.push(bye);
  assert.equal(reader.end, null);
  reader.push(piece);
  assert.deepEqual(reader.end, { sent: 2, lost: 4, reason: null });
  assert.deepEqual(reader.push(bye), []);
  assert.throws(() => reader.push(cutMessage(Uint8Array.of(1), 3, 100)[0]!), isMalformed);
});

Deno.test("a goodbye in the middle is refused", () => {
  const open = encodeRecord({ kind: "piece", sequence: 1, last: false, bytes: Uint8Array.of(1) });
  const bye = encodeRecord({ kind: "bye", sequence: 2, lost: 0, reason: null });
  const within = new RecordReader();
  within.push(open);
  assert.throws(() => within.push(bye), isMalformed);
  const before = new RecordReader();
  before.push(encodeRecord({ kind: "piece", sequence: 3, last: true, bytes: Uint8Array.of(1) }));
  before.push(encodeRecord({ kind: "piece", sequence: 1, last: true, bytes: Uint8Array.of(1) }));
  assert.throws(() => before.push(bye), isMalformed);
});

Deno.test("what is held back has a cap, and what was handed out no longer counts", () => {
  const piece = (sequence: number, last: boolean) =>
    encodeRecord({ kind: "piece", sequence, last, bytes: new Uint8Array(100) });
  const reader = new RecordReader(1000);
  for (let sequence = 1; sequence <= 100; sequence++) reader.push(piece(sequence, true));
  assert.throws(() => {
    for (let sequence = 102; sequence <= 112; sequence++) reader.push(piece(sequence, true));
  }, isMalformed);
  const endless = new RecordReader(1000);
  assert.throws(() => {
    for (let sequence = 1; sequence <= 11; sequence++) endless.push(piece(sequence, false));
  }, isMalformed);
});

Deno.test("broken records are refused by name", async () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  for (let number = 0; number < 2000; number++) {
    try {
      await target.runCase(seed, number);
    } catch (error) {
      throw new Error(`seed ${seed}, case ${number}`, { cause: error });
    }
  }
});
