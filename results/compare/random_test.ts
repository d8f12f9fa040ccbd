import assert from "node:assert/strict";
import { type Random, seededRandom } from "../../internal/mod.ts";
import { beta, gamma, normal, studentT } from "./random.ts";

/** Mean and variance of many draws. */
function moments(draw: (random: Random) => number): { mean: number; variance: number } {
  const random = seededRandom(5);
  const values = Array.from({ length: 40_000 }, () => draw(random));
  const mean = values.reduce((a, b) => a + b) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, variance: squares / (values.length - 1) };
}

Deno.test("draws have the mean and the variance of their distribution", () => {
  const cases: [name: string, draw: (random: Random) => number, mean: number, variance: number][] =
    [
      ["uniform", (random) => random(), 0.5, 1 / 12],
      ["normal", normal, 0, 1],
      ["gamma(0.5)", (random) => gamma(random, 0.5), 0.5, 0.5],
      ["gamma(7)", (random) => gamma(random, 7), 7, 7],
      ["beta(2, 6)", (random) => beta(random, 2, 6), 0.25, 0.0208],
      ["beta(0.5, 100.5)", (random) => beta(random, 0.5, 100.5), 0.00495, 0.0000483],
      ["beta(990, 11)", (random) => beta(random, 990, 11), 0.98901, 0.00001085],
      ["t(6)", (random) => studentT(random, 6), 0, 1.5],
    ];
  for (const [name, draw, mean, variance] of cases) {
    const found = moments(draw);
    assert.ok(
      Math.abs(found.mean - mean) < 5 * Math.sqrt(variance / 40_000),
      `${name} ${found.mean}`,
    );
    assert.ok(Math.abs(found.variance / variance - 1) < 0.1, `${name} ${found.variance}`);
  }
});

Deno.test("a seed gives the same numbers again, another one others", () => {
  const first = (seed: number) => Array.from({ length: 5 }, seededRandom(seed));
  assert.deepEqual(first(1), first(1));
  assert.notDeepEqual(first(1), first(2));
});
