import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { SYSTEM_TAGS } from "./table.ts";
import { parseOptions } from "./mod.ts";

/** The fields of the only scenario that its executor knows, without the common defaults. */
function only(options: unknown, overrides: Record<string, unknown> = {}): Record<string, unknown> {
  const { scenarios } = parseOptions(options, overrides);
  assert.equal(scenarios.length, 1);
  const { name, startTimeMs, gracefulStopMs, exec, env, tags, ...own } = scenarios[0]!;
  assert.deepEqual([name, startTimeMs, gracefulStopMs, exec], ["default", 0, 30_000, "default"]);
  assert.deepEqual([env, tags], [{}, {}]);
  return own;
}

const shared = (vus: number, iterations: number, maxDurationMs = 600_000) => ({
  executor: "shared-iterations",
  vus,
  iterations,
  maxDurationMs,
});
const constant = (vus: number, durationMs: number) => ({
  executor: "constant-vus",
  vus,
  durationMs,
});

Deno.test("shortcuts become the scenario that k6 makes of them", () => {
  const stages = [{ duration: "10s", target: 5 }, { duration: 0, target: 0 }];
  const ramp = {
    executor: "ramping-vus",
    stages: [{ durationMs: 10_000, target: 5 }, { durationMs: 0, target: 0 }],
    gracefulRampDownMs: 30_000,
  };
  const table: [unknown, Record<string, unknown>][] = [
    [undefined, shared(1, 1)],
    [null, shared(1, 1)],
    [{}, shared(1, 1)],
    [{ vus: 7 }, shared(7, 7)],
    [{ iterations: 3 }, shared(1, 3)],
    [{ vus: 2, iterations: 3, duration: "1m30s" }, shared(2, 3, 90_000)],
    [{ duration: 2500 }, constant(1, 2500)],
    [{ vus: 4, duration: "10s", stages: null, scenarios: undefined }, constant(4, 10_000)],
    [{ stages }, { ...ramp, startVUs: 1 }],
    [{ vus: 0, stages }, { ...ramp, startVUs: 0 }],
  ];
  for (const [options, expected] of table) assert.deepEqual(only(options), expected);
});

Deno.test("overrides beat the script, and one that says what runs drops the script's", () => {
  const scenarios = { a: { executor: "constant-vus", duration: "1s" } };
  const table: [unknown, Record<string, unknown>, Record<string, unknown>][] = [
    [{ vus: 5, duration: "30s" }, { duration: "10s" }, constant(5, 10_000)],
    [{ vus: 5, duration: "30s" }, { vus: 2 }, constant(2, 30_000)],
    [{ vus: 5, iterations: 100 }, { duration: "10s" }, constant(5, 10_000)],
    [{ duration: "30s" }, { iterations: 8 }, shared(1, 8)],
    [{ scenarios }, { vus: 3, duration: "2s" }, constant(3, 2000)],
    [{ scenarios }, { iterations: 2, vus: null }, shared(1, 2)],
    [{ vus: 9 }, { vus: undefined }, shared(9, 9)],
  ];
  for (const [script, flags, expected] of table) assert.deepEqual(only(script, flags), expected);

  const replaced = parseOptions({ vus: 5, duration: "1s" }, { scenarios });
  assert.deepEqual(replaced.scenarios.map((s) => s.name), ["a"]);
  const tags = parseOptions({ tags: { a: "1", b: "2" } }, { tags: { a: "3" } }).tags;
  assert.deepEqual(tags, { a: "3" });
});

Deno.test("options have k6's defaults", () => {
  const { scenarios: _, ...rest } = parseOptions({}, {});
  assert.deepEqual(rest, {
    segment: { offset: 0, stride: 1 },
    thresholds: {},
    tags: {},
    systemTags: SYSTEM_TAGS,
    paused: false,
    linger: false,
    setupTimeoutMs: 60_000,
    teardownTimeoutMs: 60_000,
    handleSummaryTimeoutMs: 120_000,
    minIterationDurationMs: 0,
    noSetup: false,
    noTeardown: false,
    noThresholds: false,
    summaryTrendStats: ["avg", "min", "med", "max", "p(90)", "p(95)"],
    summaryTimeUnit: null,
    summaryMode: "compact",
    client: {},
  });
});

Deno.test("every option is read", () => {
  const options = parseOptions({
    thresholds: {
      http_req_failed: "rate<0.01",
      "http_req_duration{status:200}": ["p(95)<500", {
        threshold: "max<2000",
        abortOnFail: true,
        delayAbortEval: "10s",
      }],
    },
    tags: { team: "a" },
    executionSegment: "1/4:2/4",
    systemTags: ["url", "vu"],
    paused: true,
    linger: true,
    setupTimeout: "5s",
    teardownTimeout: 1000,
    handleSummaryTimeout: "2m",
    minIterationDuration: "250ms",
    noSetup: true,
    noTeardown: true,
    noThresholds: true,
    summaryTrendStats: ["min", "p(99.9)", "count"],
    summaryTimeUnit: "us",
    summaryMode: "full",
    userAgent: "me",
    maxRedirects: 0,
    discardResponseBodies: true,
    noConnectionReuse: false,
    throw: true,
  }, {});
  const { scenarios: _, ...rest } = options;
  const plain = { abortOnFail: false, delayAbortEvalMs: 0 };
  assert.deepEqual(rest, {
    thresholds: {
      http_req_failed: [{ expression: "rate<0.01", ...plain }],
      "http_req_duration{status:200}": [
        { expression: "p(95)<500", ...plain },
        { expression: "max<2000", abortOnFail: true, delayAbortEvalMs: 10_000 },
      ],
    },
    tags: { team: "a" },
    segment: { offset: 1, stride: 4 },
    systemTags: ["url", "vu"],
    paused: true,
    linger: true,
    setupTimeoutMs: 5000,
    teardownTimeoutMs: 1000,
    handleSummaryTimeoutMs: 120_000,
    minIterationDurationMs: 250,
    noSetup: true,
    noTeardown: true,
    noThresholds: true,
    summaryTrendStats: ["min", "p(99.9)", "count"],
    summaryTimeUnit: "us",
    summaryMode: "full",
    client: {
      userAgent: "me",
      maxRedirects: 0,
      discardResponseBodies: true,
      noConnectionReuse: false,
      throw: true,
      systemTags: ["url", "vu"],
    },
  });
});

Deno.test("a bad option is refused with its path, the value and the choices", () => {
  const huge = "9".repeat(400);
  const table: [unknown, string, RegExp][] = [
    ["text", "options", /options must be an object: "text"/],
    [[1], "options", /options must be an object/],
    [{ vu: 1 }, "vu", /^Unknown option: "vu" \(did you mean vus\?\)$/],
    [{ treshholds: {} }, "treshholds", /did you mean thresholds/],
    [{ qqqqqq: 1 }, "qqqqqq", /known: vus, iterations/],
    [
      { scenarios: { a: { executor: "constant-vus", duration: "1s", options: { browser: {} } } } },
      "scenarios.a.options",
      /sets up k6's browser, which is not here/,
    ],
    [JSON.parse(`{"__proto__":1}`), "__proto__", /^Unknown option/],
    [{ tlsauth: [] }, "tlsauth", /did you mean tlsAuth/],
    [{ rps: -5 }, "rps", /whole number from 0 to 1000000: -5/],
    [{ linger: 1 }, "linger", /true or false/],
    [{ systemTags: ["urll"] }, "systemTags[0]", /one of proto, .*vu.*: "urll"/],
    [{ systemTags: "url" }, "systemTags", /array/],
    [{ vus: "10" }, "vus", /^vus must be a whole number from 1 to 1000000: "10"$/],
    [{ vus: 0 }, "vus", /whole number/],
    [{ vus: -1 }, "vus", /whole number/],
    [{ vus: 1.5 }, "vus", /whole number/],
    [{ vus: NaN }, "vus", /: NaN$/],
    [{ vus: Infinity }, "vus", /: Infinity$/],
    [{ vus: 1_000_001 }, "vus", /to 1000000: 1000001/],
    [{ vus: 5n }, "vus", /vus can't be a bigint/],
    [{ vus: () => 5 }, "vus", /vus can't be a function/],
    [{ iterations: 2 ** 53 }, "iterations", /whole number/],
    [{ vus: 3, iterations: 2 }, "iterations", /fewer than vus: 2 < 3/],
    [{ duration: "ten" }, "duration", /duration is not a duration: "ten"/],
    [{ duration: "1" }, "duration", /must be a duration from 1s to 596h: "1"/],
    [{ duration: -5 }, "duration", /not a duration/],
    [{ duration: NaN }, "duration", /not a duration/],
    [{ duration: `${huge}s` }, "duration", /duration/],
    [{ duration: "597h" }, "duration", /596h/],
    [{ duration: "10s", stages: [{ duration: 1, target: 1 }] }, "duration", /can't be combined/],
    [{ iterations: 1, stages: [{ duration: 1, target: 1 }] }, "iterations", /can't be combined/],
    [{ vus: 1, scenarios: {} }, "vus", /scenarios and vus can't be combined/],
    [{ stages: [] }, "stages", /at least one stage/],
    [{ stages: {} }, "stages", /must be an array/],
    [{ stages: [{ duration: "1s" }] }, "stages[0].target", /stages\[0\] needs target/],
    [{ stages: [{ target: 1, duration: "x" }] }, "stages[0].duration", /not a duration/],
    [{ stages: [{ target: 1, duration: 1, x: 1 }] }, "stages[0].x", /known: duration, target/],
    [{ vus: 0, stages: [{ duration: 1, target: 0 }] }, "stages", /never have a virtual user/],
    [{ tags: { a: 1 } }, "tags.a", /tags\.a must be text: 1/],
    [{ tags: { "": "x" } }, "tags", /empty name/],
    [{ tags: "x" }, "tags", /object/],
    [{ setupTimeout: {} }, "setupTimeout", /not a duration/],
    [{ noSetup: "yes" }, "noSetup", /true or false: "yes"/],
    [{ summaryTrendStats: ["p95"] }, "summaryTrendStats[0]", /one of avg.*p\(N\): "p95"/],
    [{ summaryTrendStats: ["p(101)"] }, "summaryTrendStats[0]", /p\(101\)/],
    [{ summaryTimeUnit: "min" }, "summaryTimeUnit", /one of s, ms, us: "min"/],
    [{ summaryMode: "legacy" }, "summaryMode", /one of compact, full, disabled: "legacy"/],
    [{ maxRedirects: 101 }, "maxRedirects", /0 to 100: 101/],
    [{ userAgent: "" }, "userAgent", /text/],
    [{ throw: 1 }, "throw", /true or false/],
    [{ thresholds: [] }, "thresholds", /object/],
    [{ thresholds: { m: 5 } }, "thresholds.m", /must be a rule like/],
    [{ thresholds: { m: [{ treshold: "x" }] } }, "thresholds.m[0].treshold", /mean threshold/],
    [{ thresholds: { m: {} } }, "thresholds.m.threshold", /text/],
    [
      { thresholds: { m: [{ threshold: "a<1", abortOnFail: 1 }] } },
      "thresholds.m[0].abortOnFail",
      /true or false/,
    ],
    [{ thresholds: { m: [[]] } }, "thresholds.m[0]", /rule like/],
  ];
  for (const [options, path, message] of table) {
    assert.throws(() => parseOptions(options, {}), (error: unknown) => {
      assert.ok(error instanceof OptionError, String(error));
      assert.equal(error.option, path);
      assert.match(error.message, message);
      return true;
    });
  }
  const scenarios = { a: { executor: "constant-vus", duration: "1s" } };
  assert.throws(() => parseOptions({ scenarios }, { vus: 5 }), /vus alone can't change/);
  assert.throws(() => parseOptions({}, { vuss: 5 }), /did you mean vus/);
  assert.throws(
    () => parseOptions({}, { duration: "1s", scenarios }),
    /scenarios and duration can't be combined/,
  );
});

Deno.test("values are read once, so one that changes after the check does not matter", () => {
  let reads = 0;
  const options = parseOptions({
    get vus() {
      return ++reads === 1 ? 3 : 1e9;
    },
    tags: new Proxy({ a: "1" }, { get: (target, key) => Reflect.get(target, key) }),
  }, {});
  assert.equal(reads, 1);
  assert.equal(
    options.scenarios[0]!.executor === "shared-iterations" && options.scenarios[0]!.vus,
    3,
  );
  assert.deepEqual(options.tags, { a: "1" });
  const broken = {
    get vus(): number {
      throw new Error("no");
    },
  };
  assert.throws(() => parseOptions(broken, {}), { code: "option_invalid", option: "options" });
});

Deno.test("nesting and size of options are capped", () => {
  const cycle: Record<string, unknown> = {};
  cycle["tags"] = cycle;
  assert.throws(() => parseOptions(cycle, {}), /deeper than 16 levels/);
  assert.throws(() => parseOptions({ stages: new Array(1e9) }, {}), /more than 100000 values/);
  const wide = Array.from({ length: 400 }, () => new Array(300).fill(0));
  assert.throws(() => parseOptions({ stages: wide }, {}), /more than 100000 values/);
});
