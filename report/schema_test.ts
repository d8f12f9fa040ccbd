import assert from "node:assert/strict";
import { startRun } from "../runner/mod.ts";
import { counts, runResult, Samples, shardReport } from "./_fixture_for_tests.ts";
import { type Schema, violations } from "./schema_for_tests.ts";
import schema from "./summary.schema.json" with { type: "json" };
import { summaryData } from "./summary_json.ts";

/** What a reader of the file gets. */
function throughJson(value: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value));
}

/** The summary of a real run of a function in this process. */
async function summaryOf(options: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { result } = startRun({
    source: { kind: "builtin", name: "load", args: null, title: "load" },
    overrides: options,
    env: {},
    inline: true,
    shardEntry: new URL(import.meta.url),
    setup: { modules: {}, builtins: { load: () => ({ default: () => {} }) } },
    allowNet: [],
    allowRead: [],
  });
  return throughJson(summaryData(await result));
}

/** Options of runs that end at once, one for each executor that can. */
const RUNS: Record<string, Record<string, unknown>> = {
  "without any options": {},
  "of iterations, with every other option": {
    vus: 2,
    iterations: 4,
    thresholds: {
      iterations: ["count==4", { threshold: "rate>0", abortOnFail: true, delayAbortEval: "1s" }],
      "iteration_duration{scenario:other}": ["p(95)<1"],
    },
    tags: { a: "b" },
    summaryTrendStats: ["avg", "p(99.99)", "count"],
    summaryTimeUnit: "us",
    summaryMode: "full",
    setupTimeout: "1s",
    executionSegment: "0:1/2",
    discardResponseBodies: true,
    userAgent: "mine",
  },
  "of several scenarios": {
    scenarios: {
      shared: { executor: "shared-iterations", vus: 2, iterations: 3 },
      each: { executor: "per-vu-iterations", vus: 2, iterations: 2, tags: { a: "b" } },
      ramp: { executor: "ramping-vus", stages: [{ duration: "0s", target: 0 }] },
    },
  },
  "in an open model": {
    scenarios: {
      rate: {
        executor: "constant-arrival-rate",
        rate: 5,
        duration: "1s",
        preAllocatedVUs: 1,
        maxVUs: 2,
      },
      ramp: {
        executor: "ramping-arrival-rate",
        stages: [{ duration: "500ms", target: 10 }],
        preAllocatedVUs: 1,
      },
    },
  },
};

for (const [what, options] of Object.entries(RUNS)) {
  Deno.test(`the summary of a run ${what} is as its schema says`, async () => {
    assert.deepEqual(violations(schema, await summaryOf(options)), []);
  });
}

Deno.test("a summary with all that can be in it is as its schema says", () => {
  const samples = new Samples()
    .requests("GET", "http://127.0.0.1/", "200", [1, 2])
    .requests("GET", "http://127.0.0.1/", "0", [3], "connection reset")
    .add("checks", "rate", [1, 0], { check: "deep", group: "::outer::inner" })
    .add("vus", "gauge", [1, 10])
    .add("group_duration", "trend", [3], { group: "::empty" }, "time");
  const open = { started: 1, dropped: 1, late: 0, waited: 0, startLatenessP99Ms: 0.5 };
  const result = runResult(samples.registry, {
    thresholds: [{ metric: "x{a:b}", expression: "count>0", ok: false, value: null }],
    shards: [shardReport(0, { state: "lost", reason: "died" })],
    outputs: [{ name: "csv", written: 1, dropped: 2, errors: 3, firstError: "disk full" }],
    failures: ["teardown threw"],
    exitCode: 109,
  });
  result.generator = { ...result.generator, open, verdict: "limited", reasons: ["CPU"] };
  assert.deepEqual(violations(schema, throughJson(summaryData(result))), []);
  const empty = runResult(new Samples().registry, { durationMs: 0, iterations: counts() });
  assert.deepEqual(violations(schema, throughJson(summaryData(empty))), []);
});

/** Changes to a summary, and what is then wrong with it. */
const BROKEN: [change: (data: Record<string, never>) => void, wrong: RegExp][] = [
  [(data) => Object.assign(data, { schemaVersion: 2 }), /^\.schemaVersion is not 1/],
  [(data) => Object.assign(data, { extra: 1 }), /^\.extra is not in the schema/],
  [(data) => Reflect.deleteProperty(data, "metrics"), /^the summary lacks metrics/],
  [(data) => Object.assign(data["run"]!, { exitCode: 1.5 }), /^\.run\.exitCode is no integer/],
  [(data) => Object.assign(data["run"]!, { exitCode: -1 }), /^\.run\.exitCode is below 0/],
  [(data) => Object.assign(data["run"]!, { startedAt: "now" }), /startedAt doesn't match/],
  [(data) => Object.assign(data["run"]!, { scenarios: [] }), /scenarios has fewer than 1/],
  [(data) => Object.assign(data["run"]!["options"]!, { mine: 1 }), /options\.mine is not in/],
  [(data) => Object.assign(data["metrics"]!, { "a b": {} }), /^\.metrics\.a b doesn't match/],
  [(data) => Object.assign(data["root_group"]!, { groups: [{}] }), /groups\[0\] lacks name/],
];

for (const [change, wrong] of BROKEN) {
  Deno.test(`the schema tells what is wrong: ${wrong.source}`, () => {
    const data = throughJson(summaryData(runResult(new Samples().registry)));
    change(data as Record<string, never>);
    const found = violations(schema, data);
    assert.ok(found.some((text) => wrong.test(text)), found.join("\n"));
  });
}

Deno.test("every object of the schema says whether it may hold more", () => {
  const visit = (value: unknown, at: string): void => {
    if (typeof value !== "object" || value === null) return;
    if ("type" in value && value.type === "object") {
      assert.ok("additionalProperties" in value, at);
      const { properties = {}, required = [] } = value as {
        properties?: object;
        required?: string[];
      };
      for (const name of required) assert.ok(Object.hasOwn(properties, name), `${at}: ${name}`);
    }
    for (const [name, inner] of Object.entries(value)) visit(inner, `${at}/${name}`);
  };
  visit(schema satisfies Schema, "#");
});
