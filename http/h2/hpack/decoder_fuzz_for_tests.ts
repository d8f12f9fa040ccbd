import assert from "node:assert/strict";
import { type FuzzTarget, fuzzTarget, type Random } from "../../../internal/fuzz_for_tests.ts";
import { FieldList } from "./_blocks_for_tests.ts";
import { HpackDecoder } from "./decoder.ts";
import { HpackError } from "./hpack_error.ts";

const TABLE_BYTES = 256;
const NAMES = [
  ":status",
  ":path",
  "a",
  "content-length",
  "connection",
  "set-cookie",
  "A",
  "te",
  "",
];
const VALUES = ["200", "", "x", "5", "trailers", "close", "\r\n", "\0", "x".repeat(200)];

/** An integer with a prefix of `bits` bits below `first` (RFC 7541 §5.1). */
function integer(first: number, bits: number, value: number): number[] {
  const most = 2 ** bits - 1;
  if (value < most) return [first | value];
  const bytes = [first | most];
  let rest = value - most;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push(128 | (rest % 128));
  return [...bytes, rest];
}

function string(random: Random, text: string): number[] {
  const bytes = Array.from(text, (char) => char.charCodeAt(0));
  // Claims to be in Huffman's code, now and then, and is whatever it is.
  return [...integer(random.once(6) ? 0x80 : 0, 7, bytes.length), ...bytes];
}

function field(random: Random): number[] {
  const index = random.below(random.once(10) ? 200 : 70);
  if (random.once(3)) return integer(0x80, 7, index);
  const [first, bits] = random.pick([[0x40, 6], [0, 4], [0x10, 4]] as const);
  const named = random.once(2);
  return [
    ...integer(first, bits, named ? index : 0),
    ...(named && index > 0 ? [] : string(random, random.pick(NAMES))),
    ...string(random, random.pick(VALUES)),
  ];
}

function block(random: Random): Uint8Array {
  const update = random.once(5) ? integer(0x20, 5, random.below(TABLE_BYTES * 2)) : [];
  const bytes = Uint8Array.from([...update, ...random.list(8, () => field(random)).flat()]);
  return random.once(3) ? random.mutate(bytes) : bytes;
}

/** What a decoder makes of `bytes[start, end)`, as text. */
function decode(decoder: HpackDecoder, bytes: Uint8Array, start: number, end: number): string {
  const list = new FieldList();
  try {
    decoder.decode(bytes, start, end, list);
  } catch (error) {
    if (!(error instanceof HpackError)) throw error;
    return error.message;
  }
  return JSON.stringify([list.fields, list.lengths]);
}

/** Field blocks one after the other: fields or an HpackError, wherever the bytes stand; caps hold. */
export const target: FuzzTarget = fuzzTarget({
  name: "hpack-decoder",
  run(random: Random): void {
    const options = { maxTableBytes: TABLE_BYTES, maxListBytes: 2000, maxFields: 20 };
    const [one, other] = [new HpackDecoder(options), new HpackDecoder(options)];
    for (let blocks = 1 + random.below(6); blocks > 0; blocks--) {
      const bytes = block(random);
      const before = bytes.slice();
      const whole = decode(one, bytes, 0, bytes.length);
      const [ahead, behind] = [random.below(20), random.below(20)];
      const padded = random.bytes(ahead + bytes.length + behind);
      padded.set(bytes, ahead);
      assert.equal(decode(other, padded, ahead, ahead + bytes.length), whole, [...bytes].join());
      assert.deepEqual(bytes, before, "the block isn't written to");
      assert.equal(one.tableBytes, other.tableBytes);
      assert.ok(one.tableBytes <= TABLE_BYTES, `a table of ${one.tableBytes} bytes`);
      if (!whole.startsWith("[")) return; // The connection would end here.
      const [fields] = JSON.parse(whole) as [string[]];
      assert.ok(fields.length <= options.maxFields * 2, "fields, and what is wrong with them");
    }
  },
});
