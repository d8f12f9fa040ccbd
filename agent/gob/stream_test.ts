import assert from "node:assert/strict";
import { readAll } from "./_golden_for_tests.ts";
import { ByteWriter } from "./byte_writer.ts";
import { GobEncoder, type GobSchema } from "./encode.ts";
import { GOB_LIMITS } from "./limits.ts";
import { GobStream } from "./stream.ts";

/** A message of bytes, its length first. */
function message(...bytes: number[]): Uint8Array {
  const writer = new ByteWriter();
  writer.counted(Uint8Array.from(bytes));
  return writer.written.slice();
}

const INVALID: readonly (readonly [string, Uint8Array, RegExp])[] = [
  ["an empty message", message(), /a message is empty/],
  ["a length of nine bytes", Uint8Array.of(0xf7, 1), /length of 9 bytes/],
  ["a type id of 0", message(0), /type id is 0/],
  ["a type nobody has defined", message(0xff, 0x80, 0, 0), /type 64 is used, but not defined/],
  ["a scalar behind a field number", message(4, 1, 6), /begins with a field number/],
  ["bytes behind a value", message(4, 0, 6, 7), /1 bytes follow a value/],
  ["a message that ends within its value", message(4, 0), /ends within a value/],
  ["a number cut off", message(4, 0, 0xfe, 1), /ends within a number/],
  ["a number of nine bytes", message(4, 0, 0xf7, ...Array(9).fill(1)), /a number has 9 bytes/],
  ["a text longer than its message", message(12, 0, 100, 65), /a text has 100 bytes or more/],
  [
    "a text of 2^63 bytes",
    message(12, 0, 0xf8, 128, 0, 0, 0, 0, 0, 0, 0),
    /the length of a text is/,
  ],
  ["a definition of a built-in type", message(3, 2, 1, 0, 1, 4, 0, 0), /id is reserved/],
  ["a definition of nothing", message(0x7f, 0), /not defined as one type/],
  ["a definition with bytes behind it", message(0x7f, 2, 1, 0, 1, 4, 0, 0, 9), /follow a type/],
  ["a list of type 0", message(0x7f, 2, 1, 0, 0, 0), /made of type undefined/],
];

for (const [what, bytes, expected] of INVALID) {
  Deno.test(`refused: ${what}`, () => {
    const stream = new GobStream();
    stream.push(bytes);
    assert.throws(() => readAll(stream), (error: Error & { code: string }) => {
      assert.equal(error.code, "gob_invalid");
      assert.match(error.message, expected);
      return true;
    });
  });
}

Deno.test("a type is defined once", () => {
  const bytes = new GobEncoder().encode({ slice: "int" }, []);
  const stream = new GobStream();
  stream.push(bytes);
  readAll(stream);
  stream.push(bytes);
  assert.throws(() => stream.next(), { code: "gob_invalid", message: /type 64 is defined twice/ });
});

Deno.test("a list says no more elements than it has bytes", () => {
  const stream = new GobStream();
  stream.push(new GobEncoder().encode({ slice: { struct: "", fields: {} } }, [{}]));
  readAll(stream);
  stream.push(message(0xff, 0x80, 0, 0xfc, 0x7f, 0xff, 0xff, 0xff));
  assert.equal(stream.next(), true);
  assert.throws(() => stream.read(), { code: "gob_invalid", message: /a list has 2147483647 / });
});

Deno.test("a message over the limit is refused at its length, before its bytes", () => {
  const stream = new GobStream({ ...GOB_LIMITS, messageBytes: 100 });
  stream.push(Uint8Array.of(0xff, 101));
  assert.throws(() => stream.next(), {
    code: "gob_limit",
    message: /101 bytes is longer than 100/,
  });
  const default_ = new GobStream();
  default_.push(Uint8Array.of(0xf8, 1, 0, 0, 0, 0, 0, 0, 0));
  assert.throws(() => default_.next(), { code: "gob_limit" });
});

Deno.test("a message of the limit's size is read, though its bytes come one by one", () => {
  const text = "x".repeat(200_000);
  const bytes = new GobEncoder().encode("string", text);
  const stream = new GobStream();
  for (let at = 0; at < bytes.length; at += 777) {
    assert.equal(stream.next(), false);
    stream.push(bytes.subarray(at, at + 777));
  }
  assert.deepEqual(readAll(stream), [text]);
});

Deno.test("more types than the limit are refused", () => {
  const encoder = new GobEncoder();
  const stream = new GobStream({ ...GOB_LIMITS, types: 3 });
  for (let i = 0; i < 3; i++) stream.push(encoder.encode({ slice: "int" }, []));
  assert.equal(readAll(stream).length, 3);
  stream.push(encoder.encode({ slice: "int" }, []));
  assert.throws(() => stream.next(), { code: "gob_limit", message: /more than the 3 allowed/ });
});

Deno.test("values nested deeper than the limit are refused, a type within itself too", () => {
  const nested = (depth: number): { schema: GobSchema; value: unknown } => {
    let schema: GobSchema = "int";
    let value: unknown = 1;
    for (let i = 0; i < depth; i++) [schema, value] = [{ slice: schema }, [value]];
    return { schema, value };
  };
  const decode = ({ schema, value }: { schema: GobSchema; value: unknown }): unknown[] => {
    const stream = new GobStream();
    stream.push(new GobEncoder().encode(schema, value));
    return readAll(stream);
  };
  assert.equal(decode(nested(31)).length, 1);
  assert.throws(() => decode(nested(32)), { code: "gob_limit", message: /nested deeper/ });
  // type T []T, a list in a list in a list …
  const stream = new GobStream();
  stream.push(message(0x7f, 2, 1, 0, 1, 0xff, 0x80, 0, 0));
  stream.push(message(0xff, 0x80, 0, ...Array(100).fill(1), 0));
  assert.equal(stream.next(), true);
  assert.throws(() => stream.read(), { code: "gob_limit" });
});

Deno.test("a field number that the type doesn't have is refused", () => {
  const stream = new GobStream();
  stream.push(new GobEncoder().encode({ struct: "T", fields: { A: "int" } }, {}));
  readAll(stream);
  stream.push(message(0xff, 0x80, 2, 2, 0));
  stream.next();
  assert.throws(() => stream.read(), { code: "gob_invalid", message: /T has 1 fields, not 1/ });
});

Deno.test("a value that isn't of its type is not encoded", () => {
  const cases: [GobSchema, unknown, RegExp][] = [
    ["int", 1.5, /value is 1.5: give a value of gob's type int/],
    ["int", 2n ** 63n, /type int/],
    ["uint", -1, /type uint/],
    ["uint", 2 ** 53, /type uint/],
    ["string", 5, /type string/],
    [{ array: "int", length: 2 }, [1], /value has 1 elements, not 2/],
    [{ struct: "T", fields: { A: { slice: "bool" } } }, { A: [0] }, /value\.A\[0\] is 0/],
  ];
  for (const [schema, value, message] of cases) {
    assert.throws(() => new GobEncoder().encode(schema, value), { name: "OptionError", message });
  }
});
