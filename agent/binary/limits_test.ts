import assert from "node:assert/strict";
import { BINARY_LIMITS, readLimits } from "./limits.ts";

Deno.test("limits are filled in", () => {
  assert.deepEqual(readLimits(), BINARY_LIMITS);
  assert.deepEqual(readLimits({ graceSeconds: 0.5 }), { ...BINARY_LIMITS, graceSeconds: 0.5 });
});

Deno.test("a limit that is none is refused by its name", () => {
  const wrong: [object, RegExp][] = [
    [{ graceSeconds: -1 }, /limits\.graceSeconds is -1: give seconds from 0 to 86400/],
    [{ startSeconds: NaN }, /startSeconds/],
    [{ logBytes: 0 }, /limits\.logBytes is 0: give a whole number from 1 on/],
    [{ lineBytes: 1.5 }, /lineBytes/],
    [{ logByte: 1 }, /logByte/],
  ];
  for (const [limits, message] of wrong) {
    assert.throws(() => readLimits(limits), { name: "OptionError", message });
  }
});
