import assert from "node:assert/strict";
import { HttpError } from "../../errors.ts";
import { ByteSink } from "../byte_sink.ts";
import { decodeBytes } from "./_blocks_for_tests.ts";
import { HpackDecoder } from "./decoder.ts";
import { HpackEncoder, type HpackField } from "./encoder.ts";
import { PreparedFields } from "./prepared_fields.ts";

const REQUEST: HpackField[] = [
  [":method", "GET"],
  [":scheme", "https"],
  [":authority", "test.example.com:8443"],
  [":path", "/api/items?page=1"],
  ["user-agent", "downpour/0.1.0"],
  ["accept", "*/*"],
  ["accept-encoding", "gzip, br"],
  ["x-team", "checkout"],
];

/** An encoder with the decoder of its peer. */
function pair(maxTableBytes = 4096) {
  const encoder = new HpackEncoder({ maxTableBytes });
  const decoder = new HpackDecoder();
  const block = (fields: readonly HpackField[] | PreparedFields): Uint8Array => {
    const sink = new ByteSink(4);
    if (fields instanceof PreparedFields) encoder.encodePrepared(fields, sink);
    else encoder.encode(fields, sink);
    const bytes = sink.bytes.slice(0, sink.end);
    const list = fields instanceof PreparedFields ? fields.fields : fields;
    assert.deepEqual(decodeBytes(decoder, bytes), list.map(([name, value]) => `${name}: ${value}`));
    return bytes;
  };
  return { encoder, decoder, block };
}

/** First bytes of fields that are one byte each. */
function isIndexed(bytes: Uint8Array, count: number): boolean {
  return bytes.length === count && bytes.every((byte) => byte >= 0x80);
}

Deno.test("HpackEncoder sends a repeated list as one byte for each field", () => {
  const { block } = pair();
  const first = block(REQUEST);
  assert.ok(first.length < 80, `${first.length} bytes`);
  // Path and unknown fields go into the table when they come again.
  assert.ok(block(REQUEST).length < 40);
  assert.ok(isIndexed(block(REQUEST), 8));
  assert.ok(isIndexed(block([...REQUEST.slice(0, 4), ...REQUEST.slice(4).reverse()]), 8));
});

Deno.test("HpackEncoder keeps values that never come again out of the table", () => {
  const { block, decoder } = pair();
  block(REQUEST);
  block(REQUEST);
  const size = decoder.tableBytes;
  for (let i = 0; i < 100; i++) block([[":path", `/item/${i}`], ["x-request-id", `id-${i}`]]);
  assert.equal(decoder.tableBytes, size);
  assert.ok(isIndexed(block(REQUEST), 8));
});

Deno.test("HpackEncoder keeps values that take turns in the table", () => {
  const { block } = pair();
  const paths = Array.from({ length: 20 }, (_, i): HpackField[] => [[":path", `/item/${i}`]]);
  for (const path of [...paths, ...paths]) block(path);
  for (const path of paths) assert.ok(isIndexed(block(path), 1));
});

Deno.test("HpackEncoder never indexes credentials and what is sensitive", () => {
  const { block, decoder } = pair();
  const secrets: HpackField[] = [
    ["authorization", "Bearer abc"],
    ["proxy-authorization", "Basic abc"],
    ["cookie", "id=1"],
    ["x-api-key", "abc", true],
    [":method", "GET", true],
  ];
  for (const secret of secrets) {
    for (let i = 0; i < 3; i++) assert.equal(block([secret])[0]! & 0xf0, 0x10, secret[0]);
  }
  assert.equal(decoder.tableBytes, 0);
});

Deno.test("HpackEncoder indexes a cookie that is too long to be guessed when it comes again", () => {
  const { block } = pair();
  const cookie: HpackField[] = [["cookie", "session=0123456789abcdef"]];
  assert.equal(block(cookie)[0]! >> 4, 0);
  assert.equal(block(cookie)[0]! >> 6, 1);
  assert.ok(isIndexed(block(cookie), 1));
});

Deno.test("HpackEncoder uses the names of entries", () => {
  const { block } = pair();
  block([["x-long-name-of-a-field", "1"]]);
  block([["x-long-name-of-a-field", "1"]]);
  assert.equal(block([["x-long-name-of-a-field", "2"]]).length, 4);
});

Deno.test("HpackEncoder writes what Huffman's code would lengthen as it is", () => {
  const { block } = pair();
  const value = "\xff\xfe\xfd{}|";
  assert.ok(block([["x", value]]).length === 1 + 2 + 1 + value.length);
});

Deno.test("HpackEncoder leaves a field that would fill half of the table out of it", () => {
  const { block, decoder } = pair();
  for (let i = 0; i < 3; i++) block([["user-agent", "x".repeat(2100)]]);
  assert.equal(decoder.tableBytes, 0);
});

Deno.test("HpackEncoder tells table sizes before its next block; 0 where one was lower between", () => {
  const { block, encoder, decoder } = pair();
  block(REQUEST);
  encoder.setMaxTableBytes(200);
  encoder.setMaxTableBytes(65_536);
  const bytes = block([[":method", "GET"]]);
  assert.deepEqual([...bytes], [0x20, 0x3f, 0xe1, 0x1f, 0x82]);
  assert.equal(decoder.tableBytes, 0);
  encoder.setMaxTableBytes(100);
  assert.deepEqual([...block([[":method", "GET"]])], [0x3f, 0x45, 0x82]);
  for (let i = 0; i < 3; i++) block(REQUEST);
  assert.ok(decoder.tableBytes <= 100);
  encoder.setMaxTableBytes(100);
  assert.deepEqual([...block([[":method", "GET"]])], [0x82]);
  encoder.setMaxTableBytes(200);
  assert.deepEqual([...block([[":method", "GET"]])], [0x3f, 0xa9, 0x01, 0x82]);
  assert.notEqual(decoder.tableBytes, 0);
});

Deno.test("HpackEncoder without a table of its own says so once and indexes nothing", () => {
  const { block, decoder } = pair(0);
  assert.equal(block(REQUEST)[0], 0x20);
  assert.equal(block(REQUEST)[0], 0x82);
  assert.equal(decoder.tableBytes, 0);
});

Deno.test("HpackEncoder refuses what HTTP/2 can't send, adds nothing and goes on with a new table", () => {
  const { block, encoder } = pair();
  const sink = new ByteSink();
  const wrong: [HpackField, RegExp][] = [
    [["x-a", "\u0100"], /x-a has a character above/],
    [["X-A", "1"], /"X-A" is not in lower case/],
    [["\u0100", "1"], /is not in lower case/],
    [["", "1"], /is not in lower case/],
  ];
  for (const [field, message] of wrong) {
    block(REQUEST);
    assert.throws(
      () => encoder.encode([["user-agent", "new"], field], sink),
      (error) =>
        error instanceof HttpError && error.code === "request_invalid" &&
        message.test(error.message),
    );
    assert.equal(sink.end, 0);
    assert.deepEqual([...block([[":method", "GET"]])], [0x20, 0x3f, 0xe1, 0x1f, 0x82]);
  }
});

Deno.test("HpackEncoder remembers a limited number of names", () => {
  const { block } = pair();
  for (let i = 0; i < 1000; i++) block([[`x-${i}`, "1"]]);
  for (let i = 0; i < 3; i++) assert.equal(block([["x-one-more", "1"]])[0], 0);
});

Deno.test("HpackEncoder copies the block of a prepared list while its table is the same", () => {
  const { block } = pair();
  const list = new PreparedFields([...REQUEST, ["authorization", "Bearer abc"]]);
  const other = new PreparedFields([...REQUEST, ["x-trace", "on"]]);
  for (let i = 0; i < 3; i++) block(list);
  const kept = list.block;
  assert.deepEqual(block(list), kept.slice(0, list.length));
  assert.equal(list.length, 8 + 10);
  for (let i = 0; i < 4; i++) block(other);
  block(list);
  assert.equal(list.length, 8 + 10);
  assert.deepEqual(block(list), list.block.slice(0, list.length));
});

Deno.test("a prepared list goes over several connections", () => {
  const pairs = [pair(), pair(), pair(100)];
  const list = new PreparedFields(REQUEST);
  for (let i = 0; i < 5; i++) {
    for (const { block } of pairs) block(list);
    pairs[i % 2]!.encoder.setMaxTableBytes(i * 100);
  }
});
