import assert from "node:assert/strict";
import { mergeOptions, optionTable, type OptionTier, readOptions } from "../runner/options/mod.ts";
import { renderInspection } from "./inspect.ts";

const DEFAULTS = { json: true, requirements: false, width: 120 };

function inspect(tiers: OptionTier[], format: Partial<typeof DEFAULTS> = {}): string {
  const merged = mergeOptions(tiers);
  const options = readOptions(merged);
  return renderInspection({ options, merged, maxVUs: 5, totalDurationMs: 40_000 }, {
    ...DEFAULTS,
    ...format,
  });
}

const TIERS: OptionTier[] = [
  { from: "script", options: { vus: 5, thresholds: { checks: ["rate>0.9"] } } },
  {
    from: "overrides",
    options: { duration: "10s", rps: 7 },
    fromEach: { duration: "flag --duration" },
  },
];

Deno.test("as JSON there is every option in k6's shape, the scenarios made, and each origin", () => {
  const { origins, ...options } = JSON.parse(inspect(TIERS));
  assert.deepEqual(Object.keys(options), optionTable.map(({ name }) => name));
  assert.deepEqual(Object.keys(origins), Object.keys(options));
  assert.deepEqual(options.scenarios, {
    default: {
      executor: "constant-vus",
      vus: 5,
      duration: "10s",
      startTime: "0s",
      gracefulStop: "30s",
      exec: "default",
      env: {},
      tags: {},
    },
  });
  assert.deepEqual(
    [options.vus, options.rps, options.batch, options.iterations, options.dns],
    [5, 7, 20, null, { ttl: "5m", select: "random", policy: "preferIPv4" }],
  );
  assert.deepEqual(
    [origins.vus, origins.duration, origins.rps, origins.batch, origins.scenarios],
    ["script", "flag --duration", "overrides", "default", "flag --duration, script"],
  );
});

Deno.test("scenarios read back as what was run", () => {
  const scenarios = {
    a: {
      executor: "ramping-vus",
      startVUs: 2,
      stages: [{ duration: "1m30s", target: 5 }, { duration: 1234, target: 0 }],
      gracefulRampDown: "1.5s",
      env: { A: "1" },
    },
    b: { executor: "constant-arrival-rate", rate: 3, duration: "1h", preAllocatedVUs: 3 },
  };
  const printed = JSON.parse(inspect([{ from: "script", options: { scenarios } }]));
  assert.deepEqual(printed.scenarios.a.stages, [
    { duration: "1m30s", target: 5 },
    { duration: "1234ms", target: 0 },
  ]);
  assert.equal(printed.origins.scenarios, "script");
  const again = (options: unknown) => readOptions(mergeOptions([{ from: "script", options }]));
  assert.deepEqual(
    again({ scenarios: printed.scenarios }).scenarios,
    again({ scenarios }).scenarios,
  );
});

Deno.test("the requirements are k6's totalDuration and maxVUs", () => {
  const printed = JSON.parse(inspect(TIERS, { requirements: true }));
  assert.deepEqual([printed.totalDuration, printed.maxVUs], ["40s", 5]);
  const table = inspect(TIERS, { requirements: true, json: false });
  assert.match(table, /^totalDuration +40s +calculated$/m);
  assert.match(table, /^maxVUs +5 +calculated$/m);
});

Deno.test("as a table, what was set stands above the defaults, cut to the terminal", () => {
  const lines = inspect(TIERS, { json: false }).split("\n");
  assert.match(lines[0]!, /^option +value +from$/);
  assert.match(lines[1]!, /^vus +5 +script$/);
  assert.match(lines[2]!, /^duration +10s +flag --duration$/);
  assert.match(
    lines[3]!,
    /^scenarios\.default +\{"executor":"constant-vus",.*flag --duration, script$/,
  );
  const narrow = inspect(TIERS, { json: false, width: 60 }).split("\n");
  assert.match(narrow[3]!, /^scenarios\.default .*… /);
  const from = lines.findIndex((line) => line.endsWith("  default"));
  assert.ok(lines.slice(from, -1).every((line) => line.endsWith("  default")), "defaults are last");
  assert.match(lines.join("\n"), /^httpDebug +- +default$/m);
});

Deno.test("keys of client certificates are not printed", () => {
  const pem = "-----BEGIN X-----\nsesame\n-----END X-----";
  const tlsAuth = [{ cert: "-----BEGIN X-----", key: pem, password: "sesame" }];
  for (const json of [true, false]) {
    const text = inspect([{ from: "script", options: { tlsAuth } }], { json, width: 500 });
    assert.doesNotMatch(text, /sesame/);
    assert.match(text, /\*\*\*/);
  }
});
