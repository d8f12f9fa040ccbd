import assert from "node:assert/strict";
import { ByteSink } from "../byte_sink.ts";
import { decodeBytes, FieldList, randomNumbers } from "./_blocks_for_tests.ts";
import { PlainEncoder } from "./_plain_encoder_for_tests.ts";
import { HpackDecoder } from "./decoder.ts";
import { HpackEncoder, type HpackField } from "./encoder.ts";
import { HpackError } from "./hpack_error.ts";

type Random = (below: number) => number;

const NAMES = [
  ...["accept", "cache-control", "content-type", "cookie", "date", "etag", "location", "server"],
  ...["authorization", "set-cookie", "x-a", "x-request-id", "a", "x-b"],
];
const TOKEN = "abcdefghijklmnopqrstuvwxyz0123456789-_.!#$%&'*+^`|~";

function chars(random: Random, length: number, from: string): string {
  return Array.from({ length }, () => from[random(from.length)]).join("");
}

function value(random: Random): string {
  switch (random(5)) {
    case 0:
      return "";
    case 1:
      return `value-${random(4)}`;
    case 2:
      return Array.from({ length: random(40) }, () => String.fromCharCode(0x80 + random(128)))
        .join("");
    case 3:
      return chars(random, random(20) === 0 ? random(5000) : random(50), `${TOKEN}"{}/\\~<>@`);
    default:
      return `item ${random(100)}\t(${random(3)})`;
  }
}

function fields(random: Random): HpackField[] {
  const list: HpackField[] = [];
  if (random(2) === 0) list.push([":status", ["200", "204", "304", "418", "503"][random(5)]!]);
  else list.push([":method", "GET"], [":path", random(2) === 0 ? "/" : `/${random(50)}`]);
  for (let count = random(12); count > 0; count--) {
    const name = random(8) === 0 ? `x${chars(random, random(30), TOKEN)}` : NAMES[random(14)]!;
    list.push([name, value(random), random(10) === 0]);
  }
  return list;
}

const asText = (list: readonly HpackField[]): string[] =>
  list.map(([name, value]) => `${name}: ${value}`);

/** Blocks as an encoder makes them, with its peer's changes of the table between them. */
function blocks(random: Random, count: number): [Uint8Array, HpackField[]][] {
  const encoder = new HpackEncoder({ maxTableBytes: [0, 64, 300, 4096, 16_384][random(5)]! });
  return Array.from({ length: count }, () => {
    for (let i = random(10); i > 7; i--) encoder.setMaxTableBytes(random(2) * random(8000));
    const list = fields(random);
    const sink = new ByteSink(1);
    encoder.encode(list, sink);
    return [sink.bytes.slice(0, sink.end), list];
  });
}

Deno.test("HPACK gives random lists back over random tables, resized on the way", () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const random = randomNumbers(seed);
  for (let round = 0; round < 200; round++) {
    const decoder = new HpackDecoder({ maxTableBytes: 16_384 });
    for (const [block, list] of blocks(random, 30)) {
      assert.deepEqual(decodeBytes(decoder, block), asText(list), `seed ${seed}, round ${round}`);
    }
  }
});

Deno.test("HpackDecoder reads every way to write fields, over tables of all sizes", () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const random = randomNumbers(seed);
  for (let round = 0; round < 100; round++) {
    const maxTableBytes = [0, 50, 200, 4096][random(4)]!;
    const decoder = new HpackDecoder({ maxTableBytes });
    const encoder = new PlainEncoder(random, maxTableBytes);
    for (let i = 0; i < 60; i++) {
      const list = fields(random).map(([name, value]) => [name, value] as const);
      const block = encoder.block(list, maxTableBytes);
      assert.deepEqual(decodeBytes(decoder, block), asText(list), `seed ${seed}, round ${round}`);
      const size = encoder.table.reduce((sum, entry) => sum + entry.join("").length + 32, 0);
      assert.equal(decoder.tableBytes, size, `seed ${seed}, round ${round}`);
    }
  }
});

Deno.test("HPACK blocks that are cut give the fields before the cut, then a typed error", () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const random = randomNumbers(seed);
  for (let round = 0; round < 30; round++) {
    const [[first], [second, list]] = blocks(random, 2) as [
      [Uint8Array, HpackField[]],
      [Uint8Array, HpackField[]],
    ];
    for (let end = 0; end < second.length; end++) {
      const decoder = new HpackDecoder({ maxTableBytes: 16_384 });
      decodeBytes(decoder, first);
      const found = new FieldList();
      try {
        decoder.decode(second, 0, end, found);
      } catch (error) {
        assert.ok(error instanceof HpackError, `seed ${seed}, round ${round}: ${error}`);
      }
      assert.deepEqual(
        found.fields,
        asText(list).slice(0, found.fields.length),
        `seed ${seed}, round ${round}, cut at ${end}`,
      );
      assert.ok(found.fields.length < list.length, `seed ${seed}, round ${round}, cut at ${end}`);
    }
  }
});

Deno.test("HpackDecoder gives fields or an HpackError for any bytes", () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const random = randomNumbers(seed);
  for (let round = 0; round < 3000; round++) {
    const options = { maxTableBytes: random(5000), maxListBytes: 2000 };
    const decoder = new HpackDecoder(options);
    const valid = random(2) === 0 ? blocks(random, 3).map(([block]) => block) : [];
    for (let i = 0; i < 6; i++) {
      const block = valid[i] ?? Uint8Array.from({ length: random(60) }, () => random(256));
      for (let flips = random(4); flips > 0 && block.length > 0; flips--) {
        block[random(block.length)]! ^= 1 << random(8);
      }
      const found = new FieldList();
      try {
        decoder.decode(block, 0, block.length, found);
      } catch (error) {
        assert.ok(error instanceof HpackError, `seed ${seed}, round ${round}: ${error}`);
      }
      const told = found.fields.join("\n");
      assert.doesNotMatch(told, /[\0\r]/, `seed ${seed}, round ${round}`);
      assert.ok(decoder.tableBytes <= options.maxTableBytes, `seed ${seed}, round ${round}`);
    }
  }
});
