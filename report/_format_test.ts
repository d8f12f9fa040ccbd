import assert from "node:assert/strict";
import {
  formatBytes,
  formatCount,
  formatNumber,
  formatRate,
  formatShare,
  formatTime,
} from "./_format.ts";

Deno.test("times take the unit that fits", () => {
  const cases: [ms: number, text: string][] = [
    [0, "0"],
    [0.0499, "50µs"],
    [0.9994, "999µs"],
    [0.9999, "1.00ms"],
    [1.8434837483748374, "1.84ms"],
    [9.996, "10.0ms"],
    [19.84, "19.8ms"],
    [120.9, "121ms"],
    [999.4, "999ms"],
    [999.9, "1.00s"],
    [59_940, "59.9s"],
    [59_990, "1m00s"],
    [125_000, "2m05s"],
    [7_260_000, "2h01m"],
    [Infinity, "-"],
    [NaN, "-"],
  ];
  for (const [ms, text] of cases) assert.equal(formatTime(ms), text, String(ms));
});

Deno.test("times keep the unit that the script asks for", () => {
  assert.equal(formatTime(1234.5678, "s"), "1.235s");
  assert.equal(formatTime(1234.5678, "ms"), "1234.57ms");
  assert.equal(formatTime(1.2345, "us"), "1,235µs");
});

Deno.test("a share is all or nothing only when it is exactly that", () => {
  const cases: [share: number, text: string][] = [
    [0, "0%"],
    [1, "100%"],
    [0.0026, "0.26%"],
    [0.5, "50.0%"],
    [0.9901, "99.01%"],
    [0.999999, ">99.99%"],
    [0.0000001, "<0.01%"],
    [0 / 0, "-"],
  ];
  for (const [share, text] of cases) assert.equal(formatShare(share), text, String(share));
});

Deno.test("counts, bytes, rates and plain numbers stay short", () => {
  assert.equal(formatCount(39204), "39,204");
  assert.equal(formatBytes(512), "512 B");
  assert.equal(formatBytes(999.7), "1.00 kB");
  assert.equal(formatBytes(123_456_789), "123 MB");
  assert.equal(formatRate(4832.99), "4,833/s");
  assert.equal(formatRate(0.5), "0.50/s");
  assert.equal(formatRate(0), "0/s");
  assert.equal(formatNumber(3), "3");
  assert.equal(formatNumber(0.30000000000000004), "0.3");
  assert.equal(formatNumber(0.000012345), "0.000012");
  assert.equal(formatNumber(1234567.89), "1,234,568");
  for (let value = 1e-9; value < 1e15; value *= 7.3) {
    for (const format of [formatTime, formatBytes, formatRate, formatNumber]) {
      assert.ok(
        format(value).length <= 26 && !/e[+-]\d/.test(format(Math.max(value, 1e-6))),
        `${value}`,
      );
    }
  }
});
