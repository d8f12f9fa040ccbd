import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { parseOptions } from "./mod.ts";

const parse = (fields: unknown) => parseOptions({ scenarios: { ramp: fields } }, {}).scenarios[0];

const common = {
  name: "ramp",
  startTimeMs: 0,
  gracefulStopMs: 30_000,
  exec: "default",
  env: {},
  tags: {},
};

Deno.test("each executor gets its fields and k6's defaults", () => {
  const table: [Record<string, unknown>, Record<string, unknown>][] = [
    [{ executor: "shared-iterations" }, { vus: 1, iterations: 1, maxDurationMs: 600_000 }],
    [
      { executor: "shared-iterations", vus: 2, iterations: 9, maxDuration: "1m" },
      { vus: 2, iterations: 9, maxDurationMs: 60_000 },
    ],
    [
      { executor: "per-vu-iterations", vus: 5 },
      { vus: 5, iterations: 1, maxDurationMs: 600_000 },
    ],
    [{ executor: "constant-vus", duration: "1s" }, { vus: 1, durationMs: 1000 }],
    [
      { executor: "ramping-vus", stages: [{ duration: "0s", target: 3 }] },
      { startVUs: 1, stages: [{ durationMs: 0, target: 3 }], gracefulRampDownMs: 30_000 },
    ],
    [
      { executor: "constant-arrival-rate", rate: 5, duration: "2s", preAllocatedVUs: 3 },
      {
        rate: 5,
        timeUnitMs: 1000,
        durationMs: 2000,
        preAllocatedVUs: 3,
        maxVUs: 3,
        whenBusy: "drop",
      },
    ],
    [
      {
        executor: "constant-arrival-rate",
        rate: 1,
        timeUnit: "1m",
        duration: "1h",
        preAllocatedVUs: 0,
        maxVUs: 9,
        whenBusy: "wait",
      },
      {
        rate: 1,
        timeUnitMs: 60_000,
        durationMs: 3_600_000,
        preAllocatedVUs: 0,
        maxVUs: 9,
        whenBusy: "wait",
      },
    ],
    [
      {
        executor: "ramping-arrival-rate",
        stages: [{ duration: "1s", target: 2_000_000 }, { duration: 0, target: 0 }],
        preAllocatedVUs: 2,
      },
      {
        startRate: 0,
        timeUnitMs: 1000,
        stages: [{ durationMs: 1000, target: 2_000_000 }, { durationMs: 0, target: 0 }],
        preAllocatedVUs: 2,
        maxVUs: 2,
        whenBusy: "drop",
      },
    ],
    [
      { executor: "externally-controlled", vus: 2 },
      { vus: 2, maxVUs: 2, durationMs: 0 },
    ],
    [
      { executor: "externally-controlled", maxVUs: 10, duration: "1m" },
      { vus: 0, maxVUs: 10, durationMs: 60_000 },
    ],
  ];
  for (const [fields, expected] of table) {
    assert.deepEqual(parse(fields), { ...common, executor: fields["executor"], ...expected });
  }
});

Deno.test("common fields of a scenario are read, and several scenarios keep their order", () => {
  const { scenarios } = parseOptions({
    scenarios: {
      b: {
        executor: "constant-vus",
        duration: "1s",
        startTime: "3s",
        gracefulStop: 0,
        exec: "browse",
        env: { A: "1" },
        tags: { t: "x" },
      },
      "a-2_Z": { executor: "shared-iterations" },
    },
  }, {});
  assert.deepEqual(scenarios.map((scenario) => scenario.name), ["b", "a-2_Z"]);
  assert.deepEqual(scenarios[0], {
    name: "b",
    executor: "constant-vus",
    vus: 1,
    durationMs: 1000,
    startTimeMs: 3000,
    gracefulStopMs: 0,
    exec: "browse",
    env: { A: "1" },
    tags: { t: "x" },
  });
});

Deno.test("a bad scenario is refused with its path, the value and the choices", () => {
  const rate = { executor: "constant-arrival-rate", rate: 1, duration: "1s", preAllocatedVUs: 1 };
  const ramp = {
    executor: "ramping-arrival-rate",
    stages: [{ duration: "1s", target: 5 }],
    preAllocatedVUs: 1,
  };
  const table: [unknown, string, RegExp][] = [
    [5, "scenarios.ramp", /must be an object: 5/],
    [{}, "scenarios.ramp.executor", /one of shared-iterations, .*: undefined/],
    [
      { executor: "constant-vu" },
      "scenarios.ramp.executor",
      /^Unknown executor at scenarios\.ramp\.executor: "constant-vu" \(did you mean constant-vus\?\)$/,
    ],
    [{ executor: "constructor" }, "scenarios.ramp.executor", /Unknown executor/],
    [{ executor: "constant-vus" }, "scenarios.ramp.duration", /scenarios\.ramp needs duration/],
    [{ executor: "constant-vus", duration: "999ms" }, "scenarios.ramp.duration", /from 1s/],
    [
      { executor: "constant-vus", duration: "1s", rate: 5 },
      "scenarios.ramp.rate",
      /Unknown option of constant-vus at scenarios\.ramp\.rate/,
    ],
    [
      { executor: "constant-vus", duraton: "1s" },
      "scenarios.ramp.duraton",
      /did you mean duration/,
    ],
    [
      { executor: "constant-vus", duration: "1s", options: { browser: {} } },
      "scenarios.ramp.options",
      /sets up k6.s browser/,
    ],
    [{ executor: "constant-vus", duration: "1s", exec: 5 }, "scenarios.ramp.exec", /text/],
    [{ executor: "constant-vus", duration: "1s", env: { A: 1 } }, "scenarios.ramp.env.A", /text/],
    [
      { executor: "constant-vus", duration: "300h", startTime: "300h" },
      "scenarios.ramp",
      /longer than 596h in all/,
    ],
    [
      { executor: "shared-iterations", vus: 5, iterations: 4 },
      "scenarios.ramp.iterations",
      /fewer than its vus: 4 < 5/,
    ],
    [
      { executor: "per-vu-iterations", vus: 1000, iterations: 2 ** 52 },
      "scenarios.ramp.iterations",
      /whole number/,
    ],
    [
      { executor: "shared-iterations", maxDuration: 1 },
      "scenarios.ramp.maxDuration",
      /from 1s/,
    ],
    [{ executor: "ramping-vus" }, "scenarios.ramp.stages", /needs stages/],
    [
      { executor: "ramping-vus", startVUs: 0, stages: [{ duration: 1, target: 0 }] },
      "scenarios.ramp",
      /never has a virtual user/,
    ],
    [
      { executor: "ramping-vus", stages: [{ duration: 1, target: -1 }] },
      "scenarios.ramp.stages[0].target",
      /from 0 to 1000000: -1/,
    ],
    [{ ...rate, rate: 0 }, "scenarios.ramp.rate", /from 1/],
    [{ ...rate, rate: 0.5 }, "scenarios.ramp.rate", /whole number/],
    [
      { ...rate, rate: 10_001, timeUnit: "1ms" },
      "scenarios.ramp.rate",
      /10000000 iterations a second/,
    ],
    [{ ...rate, timeUnit: 0 }, "scenarios.ramp.timeUnit", /more than 0/],
    [{ ...rate, preAllocatedVUs: null }, "scenarios.ramp.preAllocatedVUs", /needs preAllocated/],
    [{ ...rate, preAllocatedVUs: 0 }, "scenarios.ramp.maxVUs", /is needed/],
    [{ ...rate, preAllocatedVUs: 5, maxVUs: 4 }, "scenarios.ramp.maxVUs", /4 < 5/],
    [{ ...rate, whenBusy: "queue" }, "scenarios.ramp.whenBusy", /one of drop, wait: "queue"/],
    [{ ...ramp, stages: undefined }, "scenarios.ramp.stages", /needs stages/],
    [{ ...ramp, stages: [{ duration: 1, target: 0 }] }, "scenarios.ramp", /never has an arrival/],
    [{ ...ramp, startRate: -1 }, "scenarios.ramp.startRate", /from 0/],
    [{ ...ramp, preAllocatedVUs: null }, "scenarios.ramp.preAllocatedVUs", /needs preAllocated/],
    [
      { ...ramp, stages: [{ duration: 1, target: 1 }, { duration: 1, target: 10_000_001 }] },
      "scenarios.ramp.stages[1].target",
      /10000000 iterations a second: 10000001/,
    ],
    [{ executor: "externally-controlled" }, "scenarios.ramp.maxVUs", /needed when vus is 0/],
    [
      { executor: "externally-controlled", vus: 5, maxVUs: 4 },
      "scenarios.ramp.maxVUs",
      /fewer than vus: 4 < 5/,
    ],
  ];
  for (const [fields, path, message] of table) {
    assert.throws(() => parse(fields), (error: unknown) => {
      assert.ok(error instanceof OptionError, String(error));
      assert.equal(error.option, path);
      assert.match(error.message, message);
      return true;
    });
  }
  assert.throws(() => parseOptions({ scenarios: {} }, {}), /at least one scenario/);
  assert.throws(
    () => parseOptions({ scenarios: { "a b": { executor: "shared-iterations" } } }, {}),
    /Scenario name must be .*"a b"/,
  );
});
