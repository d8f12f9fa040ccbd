import assert from "node:assert/strict";
import { type FuzzTarget, fuzzTarget, type Random } from "../../internal/fuzz_for_tests.ts";
import { GobEncoder, type GobSchema } from "./encode.ts";
import { GobStream } from "./stream.ts";
import { readAll, struct } from "./_golden_for_tests.ts";

/** Values of generated types: what is encoded is decoded, in any pieces. */
export const target: FuzzTarget = fuzzTarget({ name: "gob-values", run: oneCase });

/** One case. */
export function oneCase(random: Random): void {
  const encoder = new GobEncoder();
  const stream = new GobStream();
  const schemas = [schema(random, 4), schema(random, 3)];
  const expected: unknown[] = [];
  const read: unknown[] = [];
  for (let count = random.below(5); count > 0; count--) {
    const type = random.pick(schemas);
    const given = value(random, type);
    for (const piece of random.pieces(encoder.encode(type, given))) {
      stream.push(piece);
      read.push(...readAll(stream));
    }
    expected.push(decoded(type, given));
  }
  assert.deepEqual(read, expected);
  assert.equal(stream.pending, 0);
}

function schema(random: Random, depth: number): GobSchema {
  const scalars = ["bool", "int", "uint", "float", "bytes", "string", "complex"] as const;
  switch (depth === 0 ? 0 : random.below(6)) {
    case 1:
      return { slice: schema(random, depth - 1) };
    case 2:
      return { array: schema(random, depth - 1), length: random.below(4) };
    case 3:
      return { map: random.pick(["string", "int"] as const), to: schema(random, depth - 1) };
    case 4:
    case 5: {
      const names = random.list(5, () => random.pick(["A", "B", "Name", "__proto__", "é"]));
      const fields = names.map((name) => [name, schema(random, depth - 1)] as const);
      return { struct: random.pick(["", "T"]), fields: Object.fromEntries(fields) };
    }
    default:
      return random.pick(scalars);
  }
}

function value(random: Random, schema: GobSchema): unknown {
  if (typeof schema === "string") return scalar(random, schema);
  if ("slice" in schema) return random.list(5, () => value(random, schema.slice));
  if ("array" in schema) {
    return Array.from({ length: schema.length }, () => value(random, schema.array));
  }
  if ("map" in schema) {
    return new Map(
      random.list(4, () => [value(random, schema.map), value(random, schema.to)] as const),
    );
  }
  const fields = Object.entries(schema.fields);
  return Object.fromEntries(fields.map(([name, type]) => [name, value(random, type)]));
}

function scalar(random: Random, kind: string): unknown {
  const bits = random.below(65);
  const wide = BigInt.asUintN(bits, BigInt(`0x${random.bytes(8).toHex()}`));
  switch (kind) {
    case "bool":
      return random.once(2);
    case "int":
      return plain(random.once(2) ? BigInt.asIntN(64, ~wide) : BigInt.asIntN(64, wide));
    case "uint":
      return plain(wide);
    case "float":
      return random.pick([0, 1, -2.5, 1e300, random.below(1000) / 7, Infinity]);
    case "bytes":
      return random.bytes(random.below(200));
    case "complex":
      return { real: random.below(9), imaginary: -random.below(9) - 0.5 };
    default:
      return random.text(50, ["a", "é", "\0", "漢", "😀"]);
  }
}

/** A bigint only where no number does. */
function plain(value: bigint): number | bigint {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

/** What comes of a value: fields that are zero are gone. */
function decoded(schema: GobSchema, given: unknown): unknown {
  if (typeof schema === "string") return given;
  if ("slice" in schema) return (given as unknown[]).map((part) => decoded(schema.slice, part));
  if ("array" in schema) return (given as unknown[]).map((part) => decoded(schema.array, part));
  if ("map" in schema) {
    return new Map(
      [...given as Map<unknown, unknown>].map(([key, part]) => [key, decoded(schema.to, part)]),
    );
  }
  const fields = Object.entries(schema.fields)
    .map(([name, type]) => [name, type, (given as Record<string, unknown>)[name]] as const)
    .filter(([, type, part]) => !isZero(type, part))
    .map(([name, type, part]) => [name, decoded(type, part)]);
  return Object.defineProperties(
    struct({}),
    Object.fromEntries(
      fields.map(([name, value]) => [
        name,
        { value, enumerable: true, writable: true, configurable: true },
      ]),
    ),
  );
}

function isZero(schema: GobSchema, part: unknown): boolean {
  if (part instanceof Uint8Array) return part.length === 0;
  if (part instanceof Map) return part.size === 0;
  if (Array.isArray(part)) {
    return typeof schema === "object" && "slice" in schema && part.length === 0;
  }
  return part === false || part === "" || part === 0 || part === 0n;
}
