import assert from "node:assert/strict";
import { decodeBytes, decodeHex, FieldList, hex } from "./_blocks_for_tests.ts";
import { HpackDecoder, type HpackDecoderOptions } from "./decoder.ts";
import { HpackError } from "./hpack_error.ts";

/** A literal with incremental indexing and a new name, without Huffman, in hexadecimal. */
function kept(name: string, value: string): string {
  return `40 ${string(name)} ${string(value)}`;
}

function string(plain: string): string {
  const bytes = Array.from(plain, (char) => char.charCodeAt(0).toString(16).padStart(2, "0"));
  return integer(plain.length, 0x7f, 0) + bytes.join("");
}

function integer(value: number, prefix: number, first: number): string {
  const bytes = value < prefix ? [first | value] : [first | prefix];
  if (value >= prefix) {
    let rest = value - prefix;
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push(rest % 128 | 128);
    bytes.push(rest);
  }
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const WRONG: [name: string, block: string, message: RegExp, options?: HpackDecoderOptions][] = [
  ["index 0", "80", /index 0/],
  ["an index behind the static table, the dynamic one empty", "be", /index 62 /],
  ["an index far behind both tables", "ff ff ff 7f", /in neither table/],
  ["a name by an index of neither table", "7f 00 01 61", /index 63 /],
  ["a name by such an index, not kept", "0f 2f 01 61", /index 62 /],
  ["an integer over 2^31", "ff ff ff ff ff 0f", /2\^31/],
  ["an integer of endless zeros", "ff 80 80 80 80 80 80 80 00", /2\^31/],
  ["an integer that is cut", "ff 80", /ends inside/],
  ["a string that is cut", "40 05 61 62", /ends inside/],
  ["a string without length", "40", /ends inside/],
  ["a field without value", "40 01 61", /ends inside/],
  ["a string longer than the block may be", "40 ff ff ff ff 07 61", /ends inside|2\^31/],
  ["a Huffman string with padding of zeros", "40 81 18 01 61", /padding/],
  ["a Huffman string with the end in it", "40 01 61 84 ff ff ff ff", /end of string/],
  ["a table size over the limit", "3f e2 1f", /4097/],
  ["a table size over a limit of 0", "21", /table size 1 /, { maxTableBytes: 0 }],
  ["a table size behind a field", "82 20", /behind a field/],
  ["more bytes than the cap", "82 84 86", /over 100 bytes/, { maxListBytes: 100 }],
  ["more fields than the cap", "82 82 82", /over 2 fields/, { maxFields: 2 }],
];

for (const [name, block, message, options] of WRONG) {
  Deno.test(`HpackDecoder refuses ${name}`, () => {
    assert.throws(
      () => decodeHex(new HpackDecoder(options), block),
      (error) =>
        error instanceof HpackError && message.test(error.message) && error.errorCode === 9,
    );
  });
}

const BAD_FIELDS: [name: string, block: string, told: string][] = [
  ["a name in upper case", kept("X-a", "1"), 'name or value of the field "X-a"'],
  ["an empty name", kept("", "1"), 'name or value of the field ""'],
  ["a colon in a name", kept("a:b", "1"), 'name or value of the field "a:b"'],
  ["a pseudo-field without a name", kept(":", "1"), 'name or value of the field ":"'],
  ["a line break in a value", kept("a", "1\r\nb: 2"), 'name or value of the field "a"'],
  ["a line break in a name", kept("a\r\nb", "2"), 'name or value of the field "a\\r\\nb"'],
  ["NUL in a value", kept("a", "\0"), 'name or value of the field "a"'],
  ["a blank before a value", kept("a", " 1"), 'name or value of the field "a"'],
  ["a blank behind a value", kept("a", "1\t"), 'name or value of the field "a"'],
  ["a status of four digits", `48 ${string("2000")}`, 'name or value of the field ":status"'],
  ["a status below 100", `48 ${string("099")}`, 'name or value of the field ":status"'],
  ["a status that is no number", `48 ${string("2x0")}`, 'name or value of the field ":status"'],
  ["an empty length", kept("content-length", ""), 'name or value of the field "content-length"'],
  ["a signed length", kept("content-length", "+1"), 'name or value of the field "content-length"'],
  ...["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "te"].map((
    name,
  ): [string, string, string] => [
    name,
    kept(name, "gzip"),
    `"${name}", a field of HTTP/1.1 connections`,
  ]),
];

for (const [name, block, told] of BAD_FIELDS) {
  Deno.test(`HpackDecoder tells of ${name}, also from its table, and reads on`, () => {
    assert.deepEqual(
      decodeHex(new HpackDecoder(), `${block} be ${kept("b", "2")}`),
      [`malformed ${told}`, `malformed ${told}`, "b: 2"],
    );
  });
}

Deno.test("HpackDecoder tells of pseudo-fields out of their place", () => {
  const decode = (block: string) => decodeHex(new HpackDecoder(), block);
  assert.deepEqual(decode("88 89"), [":status: 200", 'malformed pseudo-field ":status" twice']);
  assert.deepEqual(decode(`90 88`).at(0), 'malformed pseudo-field ":status" behind other fields');
  assert.deepEqual(decode(`90 84`).at(0), 'malformed pseudo-field ":path" behind other fields');
});

Deno.test("HpackDecoder tells status and length of literals, and of entries of its table", () => {
  const decoder = new HpackDecoder();
  for (const block of [`48 ${string("418")} 5c ${string("123456789012345")}`, "bf be"]) {
    const list = new FieldList();
    const bytes = hex(block);
    decoder.decode(bytes, 0, bytes.length, list);
    assert.deepEqual(list.fields, [":status: 418", "content-length: 123456789012345"]);
    assert.deepEqual(list.lengths, [123456789012345]);
  }
  for (const [i, status] of [200, 204, 206, 304, 400, 404, 500].entries()) {
    assert.deepEqual(decodeBytes(decoder, Uint8Array.of(0x88 + i)), [`:status: ${status}`]);
  }
});

Deno.test("HpackDecoder reads a part of a buffer and nothing behind it", () => {
  const list = new FieldList();
  new HpackDecoder().decode(hex("80 88 80"), 1, 2, list);
  assert.deepEqual(list.fields, [":status: 200"]);
  assert.throws(() => new HpackDecoder().decode(hex("48 03 323030"), 0, 4, list), HpackError);
});

Deno.test("HpackDecoder takes te: trailers and fields without value", () => {
  assert.deepEqual(
    decodeHex(new HpackDecoder(), `${kept("te", "trailers")} ${kept("a", "")} 90`),
    ["te: trailers", "a: ", "accept-encoding: gzip, deflate"],
  );
});

Deno.test("HpackDecoder evicts the oldest entries; one larger than the table empties it", () => {
  const decoder = new HpackDecoder({ maxTableBytes: 100 });
  assert.deepEqual(decodeHex(decoder, `${kept("a", "1")} ${kept("b", "2")} bf be`), [
    "a: 1",
    "b: 2",
    "a: 1",
    "b: 2",
  ]);
  assert.equal(decoder.tableBytes, 68);
  assert.deepEqual(decodeHex(decoder, `${kept("c", "3")} bf be`), ["c: 3", "b: 2", "c: 3"]);
  assert.throws(() => decodeHex(decoder, "c0"), /index 64 /);
  const large = "x".repeat(67);
  assert.deepEqual(decodeHex(decoder, kept("ab", large)), [`ab: ${large}`]);
  assert.equal(decoder.tableBytes, 0);
  assert.throws(() => decodeHex(decoder, "be"), /index 62 /);
  assert.deepEqual(decodeHex(decoder, `${kept("ab", large.slice(1))} be`).length, 2);
  assert.equal(decoder.tableBytes, 100);
});

Deno.test("HpackDecoder keeps an entry whose name is that of the entry it evicts", () => {
  const decoder = new HpackDecoder({ maxTableBytes: 40 });
  assert.deepEqual(decodeHex(decoder, `${kept("name", "1")} 7e ${string("2")} be`), [
    "name: 1",
    "name: 2",
    "name: 2",
  ]);
});

Deno.test("HpackDecoder follows table sizes: to 0, which empties it, and up again", () => {
  const decoder = new HpackDecoder();
  decodeHex(decoder, kept("a", "1"));
  assert.deepEqual(decodeHex(decoder, `20 3f e1 1f ${kept("b", "2")} be`), ["b: 2", "b: 2"]);
  assert.equal(decoder.tableBytes, 34);
  assert.deepEqual(decodeHex(decoder, `20 ${kept("c", "3")}`), ["c: 3"]);
  assert.equal(decoder.tableBytes, 0);
});

Deno.test("HpackDecoder allows the default until the peer says that it uses more", () => {
  const decoder = new HpackDecoder({ maxTableBytes: 10_000 });
  const value = "v".repeat(2000);
  decodeHex(decoder, `${kept("a", value)} ${kept("b", value)} ${kept("c", value)}`);
  assert.equal(decoder.tableBytes, 2 * 2033);
  decodeHex(decoder, integer(10_000, 0x1f, 0x20));
  for (const name of ["a", "b", "c", "d"]) decodeHex(decoder, kept(name, value));
  assert.equal(decoder.tableBytes, 4 * 2033);
  assert.equal(decodeHex(decoder, "c1")[0], `a: ${value}`);
});

Deno.test("HpackDecoder gives neighbours as one run of lines", () => {
  const runs: number[] = [];
  const sink = new FieldList();
  sink.lines = (_bytes, _start, _end, count) => void runs.push(count);
  const decoder = new HpackDecoder();
  const decode = (block: string) => {
    const bytes = hex(block);
    decoder.decode(bytes, 0, bytes.length, sink);
  };
  decode(`88 ${kept("a", "1")} ${kept("b", "2")} ${kept("c", "3")}`);
  decode("88 c0 bf be");
  decode("88 be c0 bf");
  assert.deepEqual(runs, [3, 3, 1, 2]);
});

Deno.test("29 HpackDecoder stops an HPACK bomb at its cap, before memory grows", () => {
  const decoder = new HpackDecoder({ maxFields: 1e9 });
  const value = "b".repeat(4000);
  let given = 0;
  const sink = new FieldList();
  sink.lines = (_bytes, start, end) => void (given += end - start);
  const bomb = hex(`${kept("a", value)} ${"be".repeat(100_000)}`);
  assert.throws(() => decoder.decode(bomb, 0, bomb.length, sink), /over 262144 bytes/);
  assert.ok(given <= 256 * 1024);
});

Deno.test("29 HpackDecoder makes no room for a string that can only be over the cap", () => {
  const decoder = new HpackDecoder({ maxListBytes: 1000 });
  const block = new Uint8Array(10_000_000);
  block.set(hex(`00 01 61 ${integer(9_000_000, 0x7f, 0x80)}`));
  assert.throws(() => decoder.decode(block, 0, block.length, new FieldList()), /over 1000 bytes/);
});

Deno.test("HpackDecoder keeps its entries while large fields come and go", () => {
  const decoder = new HpackDecoder();
  decodeHex(decoder, `${kept("a", "1")} ${kept("b", "2")}`);
  for (const length of [100_000, 10, 120_000, 60_000, 16_000, 16_000, 16_000]) {
    const large = `00 ${string("x")} ${string("v".repeat(length))}`;
    const found = decodeHex(decoder, `bf ${large} be ${large} bf`);
    assert.deepEqual(found.map((field) => field.length), [4, length + 3, 4, length + 3, 4]);
    assert.deepEqual([found[0], found[2], found[4]], ["a: 1", "b: 2", "a: 1"]);
  }
});
