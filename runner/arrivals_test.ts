import assert from "node:assert/strict";
import {
  type ArrivalPlan,
  arrivalsBefore,
  arrivalTimeMs,
  arrivalTimes,
  constantArrivals,
  rampingArrivals,
} from "./arrivals.ts";
import { nth, shareOf, sub, WHOLE } from "./segment.ts";
import { seeded } from "./_random_for_tests.ts";

Deno.test("arrivals of a constant rate are planned at even distances from 0", () => {
  const table: [rate: number, timeUnitMs: number, k: number, atMs: number][] = [
    [10, 1000, 0, 0],
    [10, 1000, 1, 100],
    [10, 1000, 25, 2500],
    [1, 60_000, 2, 120_000],
    [3, 1000, 3, 1000],
    [50_000, 1000, 50_000, 1000],
  ];
  for (const [rate, timeUnitMs, k, atMs] of table) {
    assert.equal(arrivalTimeMs(constantArrivals(rate, timeUnitMs), k), atMs, `${rate}, ${k}`);
  }
});

Deno.test("the count before a time leaves out an arrival at that very time", () => {
  const table: [rate: number, timeUnitMs: number, tMs: number, count: number][] = [
    [10, 1000, 0, 0],
    [10, 1000, -5, 0],
    [10, 1000, 0.001, 1],
    [10, 1000, 100, 1],
    [10, 1000, 100.1, 2],
    [10, 1000, 1000, 10],
    [3, 1000, 1000, 3],
    [7, 1000, 60_000, 420],
    [1, 60_000, 59_999, 1],
    [0, 1000, 1000, 0],
  ];
  for (const [rate, timeUnitMs, tMs, count] of table) {
    const plan = constantArrivals(rate, timeUnitMs);
    assert.equal(arrivalsBefore(plan, tMs), count, `${rate}/${timeUnitMs} at ${tMs}`);
    assert.equal(constantArrivals(rate, timeUnitMs, tMs).total, count, "total");
  }
});

Deno.test("arrivals of a ramp are where the area under its rate reaches whole numbers", () => {
  const table: [
    startRate: number,
    timeUnitMs: number,
    stages: [durationMs: number, target: number][],
    times: number[],
  ][] = [
    [10, 1000, [[500, 10]], [0, 100, 200, 300, 400]],
    // 0 to 8/s in 1 s: area 4 t², so t = √(k / 4).
    [0, 1000, [[1000, 8]], [0, 500, Math.SQRT1_2 * 1000, Math.sqrt(3) * 500]],
    // 8/s to 0: the mirror image: 8 t − 4 t² = k.
    [8, 1000, [[1000, 0]], [0, 1, 2, 3].map((k) => (1 - Math.sqrt(1 - k / 4)) * 1000)],
    // A jump: nothing at 0/s, then at once 4/s.
    [0, 1000, [[2000, 0], [0, 4], [1000, 4]], [2000, 2250, 2500, 2750]],
    // A jump down and a pause between.
    [2, 1000, [[1000, 2], [0, 0], [1000, 0], [0, 2], [1000, 2]], [0, 500, 2000, 2500]],
    [60, 60_000, [[3000, 60]], [0, 1000, 2000]],
    // Area 2.5: no third one, as with k6.
    [0, 1000, [[1000, 5]], [0, Math.sqrt(0.4) * 1000]],
    [0, 1000, [[1000, 0]], []],
    [0, 1000, [[0, 5]], []],
  ];
  for (const [startRate, timeUnitMs, pairs, times] of table) {
    const stages = pairs.map(([durationMs, target]) => ({ durationMs, target }));
    const plan = rampingArrivals(startRate, timeUnitMs, stages);
    const what = JSON.stringify([startRate, pairs]);
    assert.equal(plan.total, times.length, what);
    for (const [k, at] of times.entries()) {
      assert.ok(Math.abs(arrivalTimeMs(plan, k) - at) < 1e-6, `${what}: ${k} at ${at}`);
    }
    assert.equal(arrivalTimeMs(plan, times.length), Infinity);
  }
});

Deno.test("a flat ramp is a constant rate", () => {
  for (let seed = 1; seed <= 100; seed++) {
    const random = seeded(seed);
    const [rate, timeUnitMs] = [1 + random(50_000), 1 + random(60_000)];
    const durationMs = timeUnitMs * (1 + random(10));
    const ramp = rampingArrivals(rate, timeUnitMs, [{ durationMs, target: rate }]);
    const constant = constantArrivals(rate, timeUnitMs, durationMs);
    assert.equal(ramp.total, constant.total, `seed ${seed}`);
    for (let i = 0; i < 20; i++) {
      const k = random(ramp.total);
      assert.equal(arrivalTimeMs(ramp, k), arrivalTimeMs(constant, k), `seed ${seed}: ${k}`);
    }
  }
});

Deno.test("times and counts of any plan are each other's inverse, and times never fall", () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = seeded(seed);
    const plan = randomPlan(random);
    const times = arrivalTimes(plan);
    let last = 0;
    const from = random(Math.max(1, Math.min(plan.total, 1e6)));
    for (let k = from; k < Math.min(from + 200, plan.total); k++) {
      const at = times(k);
      assert.equal(at, arrivalTimeMs(plan, k), `seed ${seed}: the cursor at ${k}`);
      assert.ok(k === from || at > last, `seed ${seed}: ${k} at ${at} is not after ${last}`);
      assert.equal(arrivalsBefore(plan, at), k, `seed ${seed}: before ${k}`);
      if (k > from) assert.equal(arrivalsBefore(plan, (at + last) / 2), k, `seed ${seed}: ${k}`);
      last = at;
    }
    if (Number.isFinite(plan.total)) assert.equal(arrivalsBefore(plan, 1e12), plan.total);
  }
});

Deno.test("segments partition the arrivals of any plan exactly, at any time", () => {
  for (let seed = 1; seed <= 100; seed++) {
    const random = seeded(seed);
    const plan = randomPlan(random);
    const parts = 1 + random(5);
    for (let i = 0; i < 20; i++) {
      const tMs = random(20_000) + random(1000) / 1000;
      const whole = arrivalsBefore(plan, tMs);
      let sum = 0;
      for (let part = 0; part < parts; part++) {
        const segment = sub(WHOLE, part, parts);
        const own = shareOf(segment, whole);
        sum += own;
        if (own > 0) assert.ok(arrivalTimeMs(plan, nth(segment, own - 1)) < tMs, `seed ${seed}`);
        assert.ok(arrivalTimeMs(plan, nth(segment, own)) >= tMs, `seed ${seed}`);
      }
      assert.equal(sum, whole, `seed ${seed} at ${tMs}`);
    }
  }
});

function randomPlan(random: (n: number) => number): ArrivalPlan {
  const timeUnitMs = [1000, 1 + random(5000), 60_000][random(3)]!;
  if (random(3) === 0) return constantArrivals(1 + random(20_000), timeUnitMs);
  const rate = () => random(4) === 0 ? 0 : random(20_000);
  const stages = Array.from({ length: 1 + random(6) }, () => (
    { durationMs: random(4) === 0 ? 0 : random(8000), target: rate() }
  ));
  return rampingArrivals(rate(), timeUnitMs, stages);
}
