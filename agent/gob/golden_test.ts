import assert from "node:assert/strict";
import { goldenBytes, type GoldenName, readAll, struct } from "./_golden_for_tests.ts";
import { GobEncoder, type GobSchema } from "./encode.ts";
import { GobStream } from "./stream.ts";

const LEAST = -(2n ** 63n);

const VALUES: Readonly<Partial<Record<GoldenName, readonly unknown[]>>> = {
  ints: [
    ...[0, 1, -1, 63, 64, -64, -65, 2 ** 31, 2n ** 63n - 1n, LEAST],
    ...[Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER],
  ],
  uints: [0, 127, 128, 255, 256, 2 ** 53 - 1, 2n ** 53n, 2n ** 64n - 1n],
  floats: [0, 1, -1, 17, 0.1, Infinity, Number.MAX_VALUE, Number.MIN_VALUE],
  scalars: [true, false, "", "héllo", Uint8Array.of(0, 255), { real: 1, imaginary: 2 }],
  lists: [[], [1, -2], ["a", ""], new Map([["x", true]])],
  "empty struct": [struct({}), struct({})],
  everything: [
    struct({
      Yes: true,
      Int: -5,
      Least: LEAST,
      Most: 2n ** 64n - 1n,
      Float: 2.5,
      Complex: { real: 1, imaginary: -1 },
      Text: "text",
      Bytes: new TextEncoder().encode("bytes"),
      List: [1, 2, 3],
      Array: ["a", "", "c"],
      Map: new Map([["k", 7]]),
      Inner: struct({ Name: "one", Deep: struct({ Name: "two" }) }),
      Any: struct({ Name: "x" }),
      Time: Uint8Array.of(1, 0, 0, 0, 14, 119, 145, 247, 1, 0, 0, 0, 0, 255, 255),
    }),
    struct({ Array: ["", "", ""], Inner: struct({}) }),
  ],
};

for (const [name, values] of Object.entries(VALUES)) {
  Deno.test(`what Go has encoded is decoded: ${name}`, () => {
    const stream = new GobStream();
    stream.push(goldenBytes(name as GoldenName));
    assert.deepEqual(readAll(stream), values);
    assert.equal(stream.pending, 0);
  });

  Deno.test(`wherever its bytes are split, the same is decoded: ${name}`, () => {
    const bytes = goldenBytes(name as GoldenName);
    for (let at = 0; at <= bytes.length; at++) {
      const stream = new GobStream();
      stream.push(bytes.subarray(0, at));
      const first = readAll(stream);
      stream.push(bytes.subarray(at));
      assert.deepEqual([...first, ...readAll(stream)], values, `split at ${at}`);
    }
    const stream = new GobStream();
    const read: unknown[] = [];
    for (const byte of bytes) {
      stream.push(Uint8Array.of(byte));
      read.push(...readAll(stream));
    }
    assert.deepEqual(read, values);
  });
}

Deno.test("what was decoded is encoded to Go's own bytes", () => {
  const schemas: Partial<Record<GoldenName, GobSchema | GobSchema[]>> = {
    ints: "int",
    uints: "uint",
    floats: "float",
    scalars: ["bool", "bool", "string", "string", "bytes", "complex"],
  };
  for (const [name, schema] of Object.entries(schemas)) {
    const encoder = new GobEncoder();
    const encoded = VALUES[name as GoldenName]!.flatMap((value, i) => [
      ...encoder.encode(Array.isArray(schema) ? schema[i]! : schema as GobSchema, value),
    ]);
    assert.equal(
      Uint8Array.from(encoded).toHex(),
      goldenBytes(name as GoldenName).toHex(),
      name,
    );
  }
  // Here Go's first types have the numbers that ours have.
  const encoder = new GobEncoder();
  const list = encoder.encode({ slice: "int" }, []);
  assert.equal(list.toHex(), goldenBytes("lists").subarray(0, list.length).toHex());
});

Deno.test("a type that is defined within an interface's value is refused by its name", () => {
  const stream = new GobStream();
  stream.push(goldenBytes("definition within a value"));
  assert.throws(() => readAll(stream), { name: "AgentError", code: "gob_unsupported" });
});
