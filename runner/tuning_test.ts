import assert from "node:assert/strict";
import { TUNING, tuningOf } from "./_tuning.ts";

Deno.test("a run may be told of more often than once a second, within bounds", () => {
  assert.equal(tuningOf({}), TUNING);
  assert.deepEqual(tuningOf({ reportMs: 500 }), { ...TUNING, deltaMs: 500, progressMs: 500 });
  for (const reportMs of [99, 1001, NaN]) {
    assert.throws(() => tuningOf({ reportMs }), /reportMs must be from 100 to 1000/);
  }
});
