import assert from "node:assert/strict";
import {
  fractionOf,
  narrow,
  nth,
  numbersOf,
  owns,
  type Segment,
  shareOf,
  split,
  sub,
  WHOLE,
} from "./segment.ts";
import { seeded } from "./_random_for_tests.ts";

/** Splits at random into leaves, a few levels deep. */
function leaves(segment: Segment, depth: number, random: (n: number) => number): Segment[] {
  const count = depth === 0 ? 1 : 1 + random(4);
  if (count === 1) return [segment];
  const parts = random(2) === 0
    ? split(segment, Array.from({ length: count }, () => 1 + random(5)))
    : Array.from({ length: count }, (_, i) => sub(segment, i, count));
  return parts.flatMap((part) => leaves(part, depth - 1, random));
}

Deno.test("any nesting of segments partitions the work exactly", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = seeded(seed);
    const parts = leaves(WHOLE, 3, random);
    const total = random(500);
    const owners = new Array<number>(total).fill(0);
    for (const part of parts) {
      let count = 0;
      for (let k = 0; k < total; k++) if (owns(part, k)) (owners[k]!++, count++);
      assert.equal(shareOf(part, total), count, `seed ${seed}: share of ${JSON.stringify(part)}`);
      for (let j = 0; j < count; j++) assert.ok(owns(part, nth(part, j)), `seed ${seed}: nth`);
      if (count > 0) assert.ok(nth(part, count - 1) < total, `seed ${seed}: last`);
    }
    assert.ok(owners.every((n) => n === 1), `seed ${seed}: ${owners}`);
  }
});

Deno.test("a scenario's view of the segments is a partition too, and every part of it has a VU", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = seeded(seed);
    const [base, vus, total] = [random(20), 1 + random(8), random(100)];
    const parts = leaves(WHOLE, 2, random).map((part) => narrow(part, base, vus))
      .filter((part) => part !== null);
    for (let k = 0; k < total; k++) {
      assert.equal(parts.filter((part) => owns(part, k)).length, 1, `seed ${seed}: number ${k}`);
    }
    for (const part of parts) {
      assert.ok(shareOf(part, vus) > 0, `seed ${seed}: a part without VUs`);
      const own = Array.from({ length: total }, (_, k) => k).filter((k) => owns(part, k));
      assert.equal(shareOf(part, total), own.length, `seed ${seed}: share`);
      assert.deepEqual(own.map((_, j) => nth(part, j)), own, `seed ${seed}: nth`);
    }
  }
});

Deno.test("scenarios of one VU are spread over the parts", () => {
  const mine = (shard: number, base: number) => narrow({ offset: shard, stride: 2 }, base, 1);
  const all = { offset: 0, stride: 2, round: 1 };
  assert.deepEqual([mine(0, 0), mine(1, 0)], [all, null]);
  assert.deepEqual([mine(0, 1), mine(1, 1)], [null, all]);
  assert.deepEqual([shareOf(all, 5), nth(all, 3), owns(all, 4)], [5, 3, true]);
});

Deno.test("shares of nothing are nothing", () => {
  assert.equal(shareOf({ offset: 3, stride: 4 }, 0), 0);
  assert.equal(shareOf({ offset: 3, stride: 4 }, 3), 0);
  assert.equal(shareOf({ offset: 3, stride: 4 }, 4), 1);
});

Deno.test("weighted parts own their share of any stretch, at even distances, and never a number twice", () => {
  const parts = split(WHOLE, [1, 2, 5]);
  assert.deepEqual(parts.map(fractionOf), [1 / 8, 2 / 8, 5 / 8]);
  assert.deepEqual(parts.map((part) => shareOf(part, 800)), [100, 200, 500]);
  const gaps = Array.from({ length: 20 }, (_, j) => nth(parts[2]!, j + 1) - nth(parts[2]!, j));
  assert.ok(gaps.every((gap) => gap === 1 || gap === 2), `${gaps}`);
  const shards = split(parts[2]!, 5);
  assert.ok(shards.every(({ offsets, stride }) => offsets === undefined && stride === 8));
});

Deno.test("equal parts are the same by number, by weight and one by one", () => {
  const whole = { offset: 1, stride: 3 };
  const parts = split(whole, 4);
  assert.deepEqual(parts, split(whole, [1, 1, 1, 1]));
  assert.deepEqual(parts, [0, 1, 2, 3].map((i) => sub(whole, i, 4)));
});

Deno.test("numbers of parts never meet, and without rounds are those that they own", () => {
  for (const part of split(WHOLE, [2, 3])) {
    const next = numbersOf(part);
    const own = Array.from({ length: 50 }, (_, j) => nth(part, j));
    assert.deepEqual(own.map(() => next()), own);
  }
  const narrowed = split(WHOLE, [3, 4]).map((part) => narrow(part, 2, 5)!);
  const all = narrowed.flatMap((part) => Array.from({ length: 20 }, numbersOf(part)));
  assert.equal(new Set(all).size, all.length);
});
