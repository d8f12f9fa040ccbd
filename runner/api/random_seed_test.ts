import assert from "node:assert/strict";
import { type Context, newContext, Registry, runInContext } from "../../metrics/mod.ts";
import { randomSeed } from "./random_seed.ts";

const vu = () => newContext(new Registry());
const draw = (context: Context, count: number) =>
  runInContext(context, () => Array.from({ length: count }, () => Math.random()));
const seeded = (seed: number) => {
  const context = vu();
  runInContext(context, () => randomSeed(seed));
  return context;
};

Deno.test("a seed gives the same numbers again, whoever draws between", () => {
  const expected = draw(seeded(1), 100);
  const [one, two, other] = [seeded(1), seeded(1), seeded(2)];
  const drawn: [number, number][] = [];
  for (let n = 0; n < 100; n++) {
    drawn.push([draw(one, 1)[0]!, draw(two, 1)[0]!]);
    draw(other, 1);
    Math.random();
  }
  assert.deepEqual(drawn, expected.map((number) => [number, number]));
  const [a, b] = [draw(seeded(1), 1), draw(seeded(2), 1)];
  assert.notDeepEqual(a, b);
});

Deno.test("a seed holds across awaits of its virtual user, and for nobody else", async () => {
  const context = seeded(3);
  const [first, second] = draw(seeded(3), 2);
  await runInContext(context, async () => {
    assert.equal(Math.random(), first);
    await Promise.resolve();
    assert.equal(Math.random(), second);
  });
  assert.notEqual(draw(vu(), 1)[0], draw(vu(), 1)[0]);
});

Deno.test("seeded numbers lie evenly from 0 to below 1, near seeds apart", () => {
  const firsts = [0, -0, 1, -1, 2, 0.1, 1e300, 2 ** 53].map((seed) => draw(seeded(seed), 1)[0]);
  assert.equal(new Set(firsts).size, firsts.length);
  const numbers = draw(seeded(42), 100_000);
  const tenths = new Array<number>(10).fill(0);
  for (const number of numbers) {
    assert.ok(number >= 0 && number < 1);
    tenths[Math.floor(number * 10)]!++;
  }
  // The seed is fixed, so this always passes or never; five standard deviations are 474.
  for (const count of tenths) assert.ok(Math.abs(count - 10_000) < 474, String(tenths));
});

Deno.test("what is no finite number is no seed", () => {
  for (const seed of [NaN, Infinity, "1", undefined, null, 1n]) {
    assert.throws(() => randomSeed(seed as number), {
      code: "option_invalid",
      message: `randomSeed needs a finite number: ${seed}`,
    });
  }
});
