import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { optionNames, parseOptions, type Scenario } from "./mod.ts";

Deno.test("random options give checked options or an OptionError, never anything else", () => {
  const seed = 20260711;
  const random = mulberry(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const keys = [
    ...optionNames,
    ..."executor startTime gracefulStop exec env maxDuration".split(" "),
  ];
  keys.push(
    "startVUs",
    "rate",
    "timeUnit",
    "preAllocatedVUs",
    "maxVUs",
    "target",
    "threshold",
    "zz",
  );
  const leaves: unknown[] = [0, 1, 2, -1, 0.5, 1e6, 2 ** 60, NaN, Infinity, "", "1s", "10m", "x"];
  leaves.push("constant-vus", "ramping-vus", "constant-arrival-rate", "p(95)<1", null, true);
  leaves.push("per-vu-iterations", "ramping-arrival-rate", undefined, 5n, Symbol("s"), () => 1);
  const value = (depth: number): unknown => {
    const kind = random();
    if (depth > 4 || kind < 0.5) return pick(leaves);
    if (kind < 0.65) return Array.from({ length: random() * 3 }, () => value(depth + 1));
    return object(depth + 1);
  };
  const object = (depth: number): Record<string, unknown> =>
    Object.fromEntries(Array.from({ length: random() * 4 }, () => [pick(keys), value(depth)]));

  let good = 0;
  for (let round = 0; round < 20_000; round++) {
    const script = random() < 0.05 ? value(0) : object(0);
    try {
      const options = parseOptions(script, random() < 0.3 ? object(0) : {});
      options.scenarios.forEach(assertComplete);
      good++;
    } catch (error) {
      assert.ok(error instanceof OptionError, `seed ${seed}, round ${round}: ${error}`);
      assert.ok(error.message.length < 1500, `seed ${seed}, round ${round}: long message`);
    }
  }
  assert.ok(good > 500, `seed ${seed}: only ${good} were good`);
});

function assertComplete(scenario: Scenario): void {
  for (const [name, field] of Object.entries(scenario)) {
    if (typeof field === "number") assert.ok(Number.isFinite(field) && field >= 0, name);
    else assert.ok(field !== undefined && field !== null, name);
  }
}

function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
