import assert from "node:assert/strict";
import { formatDuration, OptionError, parseDurationMs } from "./mod.ts";

Deno.test("parseDurationMs reads k6's forms", () => {
  const cases: [unknown, number][] = [
    [0, 0],
    [250, 250],
    ["0", 0],
    ["250", 250],
    ["250ms", 250],
    ["10s", 10_000],
    ["1.5s", 1500],
    ["1m30s", 90_000],
    ["2h", 7_200_000],
    ["1d", 86_400_000],
    ["500us", 0.5],
    ["500µs", 0.5],
    [" 3s ", 3000],
  ];
  for (const [value, ms] of cases) assert.equal(parseDurationMs(value, "x"), ms, String(value));
});

Deno.test("parseDurationMs refuses everything else and names option and value", () => {
  for (
    const value of ["", "s", "10x", "10s!", "-1s", -1, NaN, Infinity, null, undefined, {}, "1s2"]
  ) {
    assert.throws(() => parseDurationMs(value, "duration"), (error) => {
      assert(error instanceof OptionError);
      assert.equal(error.option, "duration");
      assert.match(error.message, /^duration is not a duration: /);
      return true;
    }, String(value));
  }
});

Deno.test("formatDuration is short", () => {
  const cases: [number, string][] = [
    [0, "0ms"],
    [950, "950ms"],
    [1000, "1s"],
    [10_340, "10.3s"],
    [60_000, "1m"],
    [90_000, "1m30s"],
    [7_200_000, "2h"],
    [59_999, "1m"],
  ];
  for (const [ms, text] of cases) assert.equal(formatDuration(ms), text);
});
