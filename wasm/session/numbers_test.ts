import assert from "node:assert/strict";
import { Random } from "../../internal/fuzz_for_tests.ts";
import type { Field, TimestampUnit } from "../plan.ts";
import { addWords, readField, type Words, wordsOf, writeField, writeTime } from "./numbers.ts";

/** The same by BigInt, a byte at a time. */
function expected(value: bigint, { length, endian }: Field): number[] {
  const bits = BigInt.asUintN(length * 8, value);
  const bytes = Array.from({ length }, (_, i) => Number((bits >> BigInt(8 * i)) & 255n));
  return endian === "little" ? bytes : bytes.reverse();
}

function valueOf({ low, high }: Words): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

Deno.test("a field of 1 to 8 bytes holds the lowest bytes of any number, in either order", () => {
  const values = [0n, 1n, -1n, 255n, 256n, 0x0102_0304_0506_0708n, 2n ** 53n + 1n, -(2n ** 63n)];
  for (const value of values) {
    for (let length = 1; length <= 8; length++) {
      for (const endian of ["little", "big"] as const) {
        const field = { start: 2, length, endian };
        const bytes = new Uint8Array(14).fill(0xee);
        writeField(new DataView(bytes.buffer), 1, field, wordsOf(value));
        const around = [...bytes.subarray(0, 3), ...bytes.subarray(3 + length)];
        assert.deepEqual([...bytes.subarray(3, 3 + length)], expected(value, field));
        assert.ok(around.every((byte) => byte === 0xee), "only the field is written");
      }
    }
  }
});

Deno.test("lengths are read as unsigned numbers, the largest too", () => {
  const table: [hex: string, field: Field, value: number][] = [
    ["00", { start: 0, length: 1, endian: "little" }, 0],
    ["ff", { start: 0, length: 1, endian: "big" }, 255],
    ["0102", { start: 0, length: 2, endian: "little" }, 0x0201],
    ["0102", { start: 0, length: 2, endian: "big" }, 0x0102],
    ["ffffffff", { start: 0, length: 4, endian: "little" }, 2 ** 32 - 1],
    ["aa010000", { start: 1, length: 3, endian: "big" }, 65_536],
    ["ffffffffffffffff", { start: 0, length: 8, endian: "little" }, 2 ** 64],
  ];
  for (const [hex, field, value] of table) {
    const packet = Uint8Array.fromHex(`ee${hex}`);
    assert.equal(readField(packet, 1, field), value, `${hex} ${JSON.stringify(field)}`);
  }
});

Deno.test("adding words is adding 64-bit numbers", () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
  const random = new Random(seed);
  for (let i = 0; i < 2000; i++) {
    const [a, b] = [0, 0].map(() => {
      const sign = random.once(2) ? 1n : -1n;
      return sign * (BigInt(random.below(2 ** 32)) << BigInt(random.below(33)));
    }) as [bigint, bigint];
    const sum = wordsOf(a);
    addWords(sum, wordsOf(b));
    assert.equal(valueOf(sum), BigInt.asUintN(64, a + b), `seed ${seed}: ${a} + ${b}`);
  }
});

Deno.test("times are whole units since the epoch", () => {
  const ms = 1_795_000_123_456.75;
  const table: [TimestampUnit, bigint][] = [
    ["seconds", 1_795_000_123n],
    ["milliseconds", 1_795_000_123_456n],
    ["microseconds", 1_795_000_123_456_750n],
    ["nanoseconds", 1_795_000_123_456_750_000n],
  ];
  for (const [unit, value] of table) {
    const words = { low: 0, high: 0 };
    writeTime(words, ms, unit);
    assert.equal(valueOf(words), value, unit);
  }
});
