import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { mergeOptions, type OptionTier, readOptions } from "./mod.ts";

const tier = (from: string, options: unknown, fromEach?: Record<string, string>): OptionTier => ({
  from,
  options,
  ...(fromEach === undefined ? {} : { fromEach }),
});
const scenarios = { a: { executor: "constant-vus", duration: "1s" } };

Deno.test("each option comes from the highest tier that sets it, and its origin is told", () => {
  const { values, origins } = mergeOptions([
    tier("config a.json", { rps: 1, batch: 1, userAgent: "a", throw: true }),
    tier("script", { rps: 2, batch: 2, userAgent: "b", tags: { a: "1", b: "2" } }),
    tier("env", { rps: 3, batch: 3, linger: null }, { rps: "env K6_RPS", batch: "env K6_BATCH" }),
    tier("overrides", { rps: 4, tags: { a: "3" }, paused: undefined }, { rps: "flag --rps" }),
  ]);
  assert.deepEqual({ ...values }, {
    rps: 4,
    batch: 3,
    userAgent: "b",
    throw: true,
    tags: { __proto__: null, a: "3" },
  });
  assert.deepEqual({ ...origins }, {
    rps: "flag --rps",
    batch: "env K6_BATCH",
    userAgent: "script",
    throw: "config a.json",
    tags: "overrides",
  });
});

Deno.test("a tier that says what runs drops what the tiers below it say", () => {
  const table: [tiers: unknown[], values: Record<string, unknown>, origins: string][] = [
    [[{ vus: 5, duration: "1m" }, { iterations: 3 }], { vus: 5, iterations: 3 }, "0 1"],
    [[{ duration: "1m" }, { vus: 2 }], { duration: "1m", vus: 2 }, "0 1"],
    [[{ vus: 5 }, { scenarios }], { scenarios }, "1"],
    [[{ scenarios }, { vus: 2 }, { duration: "5s" }], { vus: 2, duration: "5s" }, "1 2"],
    [[{ stages: [] }, { scenarios }, { iterations: 1 }], { iterations: 1 }, "2"],
    [[{ iterations: 1 }, {}, null, undefined], { iterations: 1 }, "0"],
  ];
  for (const [tiers, expected, origins] of table) {
    const merged = mergeOptions(tiers.map((options, i) => tier(String(i), options)));
    assert.equal(JSON.stringify(merged.values), JSON.stringify(expected));
    assert.equal(Object.values(merged.origins).join(" "), origins);
  }
});

Deno.test("the scenarios of a lower tier can't be changed by vus alone", () => {
  const cases: [OptionTier[], RegExp][] = [
    [
      [tier("script", { scenarios }), tier("env", { vus: 2 }, { vus: "env K6_VUS" })],
      /^vus alone can't change the script's scenarios: give .* too \(from env K6_VUS\)$/,
    ],
    [
      [tier("config a.json", { scenarios }), tier("script", { vus: 2 })],
      /^vus alone can't change scenarios of config a\.json: give .* too$/,
    ],
  ];
  for (const [tiers, message] of cases) {
    assert.throws(() => mergeOptions(tiers), (error) => {
      assert.ok(error instanceof OptionError && error.option === "vus");
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("an error names the place that the value comes from, unless it is the script", () => {
  const bad: [OptionTier, RegExp][] = [
    [tier("config a.json", { vuss: 1 }), /^Unknown option: "vuss" .* \(from config a\.json\)$/],
    [tier("config a.json", [1]), /^options must be an object: \[1\] \(from config a\.json\)$/],
    [tier("env", { rps: -1 }, { rps: "env K6_RPS" }), /: -1 \(from env K6_RPS\)$/],
    [tier("x", { tags: { a: 1 } }), /^tags\.a must be text: 1 \(from x\)$/],
    [tier("x", { dns: { ttl: "?" } }, { dns: "flag --dns" }), /\(from flag --dns\)$/],
    [tier("script", { rps: -1 }), /: -1$/],
    [tier("overrides", { rps: -1 }), /: -1$/],
  ];
  for (const [one, message] of bad) {
    assert.throws(() => readOptions(mergeOptions([one])), (error) => {
      assert.ok(error instanceof OptionError, String(error));
      assert.match(error.message, message);
      return true;
    });
  }
});
