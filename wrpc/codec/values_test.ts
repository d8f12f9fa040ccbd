import assert from "node:assert/strict";
import {
  list,
  NO_HOST,
  of,
  option,
  randomType,
  randomValue,
  record,
  tuple,
} from "./types_for_tests.ts";
import { Random } from "../../internal/fuzz_for_tests.ts";
import type { WitType } from "../types/mod.ts";
import { type CodecLimits, readLimits } from "./limits.ts";
import { compileValues } from "./values.ts";
import { target } from "./values_fuzz_for_tests.ts";

function encode(type: WitType, value: unknown): number[] {
  return [...compileValues([type]).encode([value]).bytes];
}

function decode(type: WitType, bytes: readonly number[], limits?: CodecLimits): unknown {
  const decoder = compileValues([type]).decoder(readLimits(limits), NO_HOST);
  const values = decoder.push(Uint8Array.from(bytes)) ?? decoder.end();
  return values[0];
}

const variant: WitType = {
  kind: "variant",
  cases: [{ name: "get", type: null }, { name: "other", type: of("string") }],
};
const result: WitType = { kind: "result", ok: of("u8"), err: null };
const flags: WitType = { kind: "flags", names: [..."abcdefghi"].map((c) => `flag-${c}`) };
const noFlags = Object.fromEntries([..."ABCDEFGHI"].map((c) => [`flag${c}`, false]));

/** Type, value, bytes: by hand from component-model `Binary.md`, "Value Definitions". */
const TABLE: readonly (readonly [WitType, unknown, readonly number[]])[] = [
  [of("bool"), true, [1]],
  [of("u8"), 255, [255]],
  [of("s8"), -1, [255]],
  [of("u16"), 128, [0x80, 1]],
  [of("u16"), 65535, [0xff, 0xff, 3]],
  [of("u32"), 2 ** 32 - 1, [0xff, 0xff, 0xff, 0xff, 0x0f]],
  [of("s16"), -32768, [0x80, 0x80, 0x7e]],
  [of("s32"), -1, [0x7f]],
  [of("s32"), 64, [0xc0, 0]],
  [of("s32"), -(2 ** 31), [0x80, 0x80, 0x80, 0x80, 0x78]],
  [of("u64"), 2n ** 64n - 1n, [...Array(9).fill(255), 1]],
  [of("u64"), 2n ** 32n, [0x80, 0x80, 0x80, 0x80, 0x10]],
  [of("s64"), -(2n ** 63n), [...Array(9).fill(128), 0x7f]],
  [of("s64"), 2n ** 63n - 1n, [...Array(9).fill(255), 0]],
  [of("f32"), 1.5, [0, 0, 0xc0, 0x3f]],
  [of("f64"), -2, [0, 0, 0, 0, 0, 0, 0, 0xc0]],
  [of("char"), "€", [0xe2, 0x82, 0xac]],
  [of("string"), "hé", [3, 104, 0xc3, 0xa9]],
  [of("string"), "", [0]],
  [list(of("u8")), Uint8Array.of(1, 2), [2, 1, 2]],
  [list(of("u16")), Uint16Array.of(1, 300), [2, 1, 0xac, 2]],
  [list(of("string")), ["a", "b"], [2, 1, 97, 1, 98]],
  [option(of("u8")), undefined, [0]],
  [option(of("u8")), 7, [1, 7]],
  [option(option(of("u8"))), { tag: "some", val: undefined }, [1, 0]],
  [option(option(of("u8"))), { tag: "none" }, [0]],
  [result, { tag: "ok", val: 3 }, [0, 3]],
  [result, { tag: "err" }, [1]],
  [tuple(of("u8"), of("bool")), [9, false], [9, 0]],
  [record(of("u8"), of("string")), { fieldA: 1, fieldB: "x" }, [1, 1, 120]],
  [variant, { tag: "get" }, [0]],
  [variant, { tag: "other", val: "x" }, [1, 1, 120]],
  [{ kind: "enum", cases: ["a", "b"] }, "b", [1]],
  [flags, { ...noFlags, flagB: true, flagI: true }, [2, 1]],
  [{ kind: "resource", name: "r" }, Uint8Array.of(5), [1, 5]],
];

for (const [type, value, bytes] of TABLE) {
  Deno.test(`${type.kind} ${bytes.slice(0, 10)} both ways, at every cut`, () => {
    assert.deepEqual(encode(type, value), bytes);
    assert.deepEqual(decode(type, bytes), value);
    for (let at = 0; at <= bytes.length; at++) {
      const decoder = compileValues([type]).decoder(readLimits(), NO_HOST);
      const first = decoder.push(Uint8Array.from(bytes.slice(0, at)));
      assert.equal(first === null, at < bytes.length);
      if (first === null) assert.deepEqual(decoder.push(Uint8Array.from(bytes.slice(at))), [value]);
    }
  });
}

/** Bytes that are no value. */
const MALFORMED: readonly (readonly [string, WitType, readonly number[], string])[] = [
  ["a u32 of six bytes", of("u32"), [128, 128, 128, 128, 128, 0], "leb128_invalid"],
  ["a u32 beyond 32 bits", of("u32"), [255, 255, 255, 255, 0x1f], "leb128_invalid"],
  ["a padded u32", of("u32"), [0x80, 0], "leb128_invalid"],
  ["a u16 of 65536", of("u16"), [0x80, 0x80, 4], "leb128_invalid"],
  ["a u64 of eleven bytes", of("u64"), [...Array(10).fill(128), 0], "leb128_invalid"],
  ["a u64 beyond 64 bits", of("u64"), [...Array(9).fill(255), 2], "leb128_invalid"],
  ["a padded u64", of("u64"), [0x81, 0x80, 0], "leb128_invalid"],
  ["a padded s32", of("s32"), [0xff, 0x7f], "leb128_invalid"],
  ["a padded positive s32", of("s32"), [0x81, 0], "leb128_invalid"],
  ["an s16 of 32768", of("s16"), [0x80, 0x80, 2], "leb128_invalid"],
  ["an s32 beyond 32 bits", of("s32"), [128, 128, 128, 128, 8], "leb128_invalid"],
  ["an s64 beyond 64 bits", of("s64"), [...Array(9).fill(255), 1], "leb128_invalid"],
  ["a bool of 2", of("bool"), [2], "bool_invalid"],
  ["a string that isn't UTF-8", of("string"), [1, 0xff], "utf8_invalid"],
  ["a surrogate in a string", of("string"), [3, 0xed, 0xa0, 0x80], "utf8_invalid"],
  ["an over-long slash", of("string"), [2, 0xc0, 0xaf], "utf8_invalid"],
  ["a surrogate for a char", of("char"), [0xed, 0xa0, 0x80], "utf8_invalid"],
  ["a char beyond Unicode", of("char"), [0xf4, 0x90, 0x80, 0x80], "utf8_invalid"],
  ["a char that begins in its middle", of("char"), [0x80], "utf8_invalid"],
  ["an enum out of range", { kind: "enum", cases: ["a", "b"] }, [2], "case_invalid"],
  ["a variant out of range", variant, [2], "case_invalid"],
  ["an option of 2", option(of("u8")), [2, 1], "case_invalid"],
  ["a result of 2", result, [2, 1], "case_invalid"],
  ["a flag beyond the last", flags, [0, 2], "flags_invalid"],
  ["a stream of status 2", { kind: "stream", element: null }, [2], "case_invalid"],
  ["a future of status 2", { kind: "future", value: null }, [2], "case_invalid"],
  ["a string that is cut", of("string"), [5, 97], "truncated"],
  ["nothing", of("u8"), [], "truncated"],
  ["bytes after the value", of("u8"), [1, 2], "data_after_end"],
  ["a list of 4 GiB", list(of("u8")), [255, 255, 255, 255, 15], "value_too_large"],
  ["a string of 4 GiB", of("string"), [255, 255, 255, 255, 15], "value_too_large"],
  ["4 billion numbers", list(of("f64")), [255, 255, 255, 255, 15], "value_too_large"],
  ["4 billion records", list(tuple(of("u8"))), [255, 255, 255, 255, 15], "too_many_elements"],
  [
    "4 billion elements without a size",
    { kind: "stream", element: null },
    [1, 255, 255, 255, 255, 15],
    "too_many_elements",
  ],
];

const FAULTS: Readonly<Record<string, number>> = {
  truncated: 59,
  leb128_invalid: 60,
  data_after_end: 64,
  value_too_large: 65,
  too_many_elements: 65,
};

for (const [what, type, bytes, code] of MALFORMED) {
  Deno.test(`fault ${FAULTS[code] ?? 66}: ${what} is refused: ${code}`, () => {
    assert.throws(() => decode(type, bytes), { name: "WrpcError", code, phase: "decode" });
  });
}

Deno.test("fault 65: the caps count what a value takes in all, also in small pieces", () => {
  const type = list(list(of("bool")));
  const bytes = [3, 2, 0, 0, 2, 0, 0, 2, 0, 0];
  assert.equal((decode(type, bytes, { maxElements: 9 }) as unknown[]).length, 3);
  assert.throws(() => decode(type, bytes, { maxElements: 8 }), { code: "too_many_elements" });
  const decoder = compileValues([type]).decoder(readLimits({ maxBytes: 8 }), NO_HOST);
  assert.throws(() => bytes.forEach((byte) => decoder.push(Uint8Array.of(byte))), {
    code: "value_too_large",
  });
});

/** Values that a type can't hold, and the place that is told. */
const UNFIT: readonly (readonly [WitType, unknown, RegExp])[] = [
  [of("u8"), 256, /u8 can't be 256: give a whole number from 0 to 255/],
  [of("s16"), 1.5, /s16 can't be 1.5/],
  [of("u64"), -1n, /u64 can't be -1n/],
  [of("u64"), 2 ** 60, /u64/],
  [of("f32"), "1", /f32 can't be "1"/],
  [of("char"), "ab", /one Unicode scalar value/],
  [of("char"), "\ud800", /char/],
  [of("string"), "\udfff", /lone surrogate/],
  [of("bool"), 1, /bool can't be 1/],
  [list(of("u8")), [1, 300], /\[0\]\[1\]: u8 can't be 300/],
  [list(of("string")), "ab", /give an array/],
  [tuple(of("u8")), [1, 2], /give an array of 1/],
  [record(of("u8")), { fielda: 1 }, /\[0\]\.fieldA: u8 can't be undefined/],
  [record(of("u8")), null, /give an object of fieldA/],
  [variant, { tag: "gte" }, /give \{ tag, val \} get, other/],
  [variant, { tag: "get", val: 1 }, /the payload of get can't be 1/],
  [{ kind: "enum", cases: ["a"] }, "b", /one of a/],
  [flags, { flagZ: true }, /a flag can't be "flagZ"/],
  [{ kind: "resource", name: "r" }, "x", /resource r/],
  [{ kind: "stream", element: of("u8") }, 3, /a stream can't be 3/],
];

for (const [type, value, message] of UNFIT) {
  Deno.test(`encoding says ${message.source}`, () => {
    assert.throws(() => encode(type, value), { code: "value_invalid", phase: "encode", message });
    assert.deepEqual(encode(of("u8"), 1), [1]); // The next value isn't touched by it.
  });
}

Deno.test("fault 65: types of nothing, and too many inside each other, have no codec", () => {
  for (const type of [tuple(), record(), { kind: "enum", cases: [] } as WitType]) {
    assert.throws(() => compileValues([type]), { code: "wit_invalid" });
  }
  let deep = of("u8");
  for (let i = 0; i < 100; i++) deep = option(deep);
  assert.throws(() => compileValues([deep]), { code: "wit_invalid" });
});

Deno.test("a value can be decoded byte by byte, whatever its type", () => {
  const random = new Random(1);
  for (let i = 0; i < 300; i++) {
    const type = randomType(random);
    const value = randomValue(random, type);
    const { bytes } = compileValues([type]).encode([value]);
    const decoder = compileValues([type]).decoder(readLimits(), NO_HOST);
    let values: unknown[] | null = null;
    for (const byte of bytes) values = decoder.push(Uint8Array.of(byte));
    assert.deepEqual(values, [value]);
  }
});

Deno.test("a getter may encode another value meanwhile", () => {
  const type = record(of("string"), of("string"));
  const value = {
    get fieldA() {
      return String(encode(of("string"), "inner"));
    },
    fieldB: "b",
  };
  assert.deepEqual(decode(type, encode(type, value)), {
    fieldA: "5,105,110,110,101,114",
    fieldB: "b",
  });
});

Deno.test("random values of random types survive, changed bytes never do harm", async () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
  for (let number = 0; number < 500; number++) {
    try {
      await target.runCase(seed, number);
    } catch (error) {
      throw new Error(`seed ${seed}, case ${number}`, { cause: error });
    }
  }
});
