import assert from "node:assert/strict";
import { TUNING, tuningOf } from "./_tuning.ts";

Deno.test("a run may be told of more often than once a second, within bounds", () => {
  assert.deepEqual(tuningOf({}), TUNING);
  assert.deepEqual(tuningOf({ reportMs: 500 }), { ...TUNING, deltaMs: 500, progressMs: 500 });
  for (const reportMs of [99, 1001, NaN]) {
    assert.throws(() => tuningOf({ reportMs }), /reportMs must be from 100 to 1000/);
  }
});

Deno.test("many parts report less often each, and a loss may be noticed later", () => {
  const deltas = [1, 100, 250, 1000, 5000].map((count) =>
    tuningOf({ parts: { count, weights: null } }).deltaMs
  );
  assert.deepEqual(deltas, [1000, 1000, 2500, 10_000, 10_000]);
  assert.equal(tuningOf({ lossAfterMs: 15_000 }).silenceMs, 15_000);
  assert.throws(() => tuningOf({ lossAfterMs: 1 }), {
    code: "option_invalid",
    message: /lossAfterMs/,
  });
});
