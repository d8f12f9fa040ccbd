import assert from "node:assert/strict";
import { extrapolate } from "./soak.ts";

Deno.test("memory that stays is extrapolated to nothing, and what is lost each second to all of it", () => {
  const saw = (at: number) => 100e6 + (at % 10) * 1e6;
  const flat = extrapolate(Array.from({ length: 600 }, (_, at) => saw(at)))!;
  assert.ok(Math.abs(flat.percent) < 1e-6 && flat.error < 1e-6);
  const leaking = extrapolate(Array.from({ length: 600 }, (_, at) => saw(at) + at * 1000))!;
  // 28.8 MB on some 104.8 MB.
  assert.ok(Math.abs(leaking.percent - 27.5) < 0.1, `${leaking.percent}`);
});

Deno.test("what happens while it warms up is no growth, and a short run tells nothing", () => {
  const warm = extrapolate(
    Array.from({ length: 240 }, (_, at) => 100e6 - Math.max(0, 60 - at) * 1e6),
  )!;
  assert.deepEqual(warm, { percent: 0, error: 0 });
  assert.equal(extrapolate(Array.from({ length: 120 }, () => 1e8)), null);
});
