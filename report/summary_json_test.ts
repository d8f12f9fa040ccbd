import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { counts, runOptions, runResult, Samples } from "./_fixture_for_tests.ts";
import { summaryData } from "./summary_json.ts";
import type { SummaryData } from "./summary_types.ts";

/** A shape: every key must be there, and no other; `?` at a key's end makes it optional. */
type Shape =
  | "string"
  | "number"
  | "boolean"
  | Shape[]
  | { [key: string]: Shape }
  | ((v: unknown) => void);

const record = (inner: Shape): Shape => (value) => {
  assert.ok(typeof value === "object" && value !== null && !Array.isArray(value));
  for (const [key, item] of Object.entries(value)) matches(item, inner, key);
};
const oneOf = (...choices: unknown[]): Shape => (value) =>
  assert.ok(choices.includes(value), String(value));
const anything: Shape = () => {};

function matches(value: unknown, shape: Shape, path: string): void {
  if (typeof shape === "function") return shape(value);
  if (typeof shape === "string") {
    assert.equal(typeof value, shape, path);
    if (shape === "number") assert.ok(Number.isFinite(value), path);
    return;
  }
  if (Array.isArray(shape)) {
    assert.ok(Array.isArray(value), path);
    value.forEach((item, i) => matches(item, shape[0]!, `${path}[${i}]`));
    return;
  }
  assert.ok(typeof value === "object" && value !== null, path);
  const known = Object.keys(shape).map((key) => key.replace("?", ""));
  for (const key of Object.keys(value)) assert.ok(known.includes(key), `${path}.${key} is unknown`);
  for (const [key, inner] of Object.entries(shape)) {
    const item = (value as Record<string, unknown>)[key.replace("?", "")];
    if (item !== undefined || !key.endsWith("?")) matches(item, inner, `${path}.${key}`);
  }
}

const COUNTS: Shape = {
  planned: "number",
  started: "number",
  completed: "number",
  interrupted: "number",
  dropped: "number",
  thrown: "number",
  late: "number",
};
const GROUP: Shape = {
  name: "string",
  path: "string",
  id: "string",
  groups: [(value) => matches(value, GROUP, "group")],
  checks: [{ name: "string", path: "string", id: "string", passes: "number", fails: "number" }],
};
const SUMMARY: Shape = {
  schemaVersion: oneOf(1),
  metrics: record({
    type: oneOf("counter", "gauge", "rate", "trend"),
    contains: oneOf("default", "time", "data"),
    values: record("number"),
    "thresholds?": record({ ok: "boolean" }),
  }),
  root_group: GROUP,
  options: { summaryTrendStats: ["string"], summaryTimeUnit: "string", noColor: "boolean" },
  state: { isStdOutTTY: "boolean", isStdErrTTY: "boolean", testRunDurationMs: "number" },
  run: {
    name: "string",
    startedAt: "string",
    options: anything,
    shards: [{
      index: "number",
      state: oneOf("done", "lost"),
      reason: (v) => assert.ok(v === null || typeof v === "string"),
      iterations: COUNTS,
    }],
    vusMax: "number",
    iterations: COUNTS,
    generator: {
      cpuSeconds: "number",
      cpuShare: "number",
      loopLagP99Ms: "number",
      open: (v) => assert.ok(v === null || typeof v === "object"),
      verdict: oneOf("kept-up", "limited"),
      reasons: ["string"],
    },
    outputs: [{
      name: "string",
      written: "number",
      dropped: "number",
      errors: "number",
      firstError: (v) => assert.ok(v === null || typeof v === "string"),
    }],
    failures: ["string"],
    exitCode: "number",
  },
};

function example(): SummaryData {
  const samples = new Samples()
    .requests("GET", "http://127.0.0.1/", "200", [1, 2, 3, 4])
    .requests("GET", "http://127.0.0.1/", "500", [50])
    .add("checks", "rate", [1, 1, 0], { check: "ok" })
    .add("checks", "rate", [1], { check: "deep", group: "::outer::inner" })
    .add("group_duration", "trend", [3], { group: "::empty" }, "time")
    .add("group_duration", "trend", [3], { group: "::setup" }, "time")
    .add("vus", "gauge", [1, 10, 8]);
  return summaryData(runResult(samples.registry, {
    thresholds: [
      { metric: "http_req_duration", expression: "p(95)<500", ok: true, value: 50 },
      { metric: "http_req_duration", expression: "max<10", ok: false, value: 50 },
      { metric: "http_req_duration{status:500}", expression: "avg<10", ok: false, value: 50 },
      { metric: "http_req_failed{status:404}", expression: "rate<0.1", ok: true, value: null },
      { metric: "never_used", expression: "count>0", ok: false, value: null },
    ],
    outputs: [{ name: "json (x.json)", written: 9, dropped: 0, errors: 0, firstError: null }],
    exitCode: 99,
  }));
}

Deno.test("the data has exactly the published shape, also after a trip through JSON", () => {
  matches(JSON.parse(JSON.stringify(example())), SUMMARY, "summary");
  const empty = summaryData(
    runResult(new Samples().registry, { durationMs: 0, iterations: counts() }),
  );
  matches(JSON.parse(JSON.stringify(empty)), SUMMARY, "summary");
});

Deno.test("values have k6's keys by kind of metric", () => {
  const { metrics } = example();
  assert.deepEqual(metrics["http_reqs"], {
    type: "counter",
    contains: "default",
    values: { count: 5, rate: 0.5 },
  });
  assert.deepEqual(metrics["http_req_failed"]?.values, { rate: 0.2, passes: 1, fails: 4 });
  assert.deepEqual(metrics["vus"]?.values, { value: 8, min: 1, max: 10 });
  assert.deepEqual(
    Object.keys(metrics["http_req_duration"]!.values),
    ["avg", "min", "med", "max", "p(90)", "p(95)", "p(99)", "p(99.9)", "count"],
  );
  assert.equal(metrics["http_req_duration"]?.values["max"], 50);
  assert.equal(metrics["http_req_duration"]?.contains, "time");
});

Deno.test("rules stand with their metric, selectors make submetrics", () => {
  const { metrics } = example();
  assert.deepEqual(metrics["http_req_duration"]?.thresholds, {
    "p(95)<500": { ok: true },
    "max<10": { ok: false },
  });
  const slow = metrics["http_req_duration{status:500}"];
  assert.deepEqual(slow?.thresholds, { "avg<10": { ok: false } });
  assert.equal(slow?.values["count"], 1);
  assert.equal(metrics["http_req_duration{expected_response:true}"]?.values["count"], 4);
  assert.deepEqual(metrics["http_req_failed{status:404}"], {
    type: "rate",
    contains: "default",
    values: {},
    thresholds: { "rate<0.1": { ok: true } },
  });
  assert.equal(metrics["never_used"]?.type, "counter");
});

Deno.test("checks stand in the tree of their groups, with MD5 ids of their paths", () => {
  const { root_group: root } = example();
  const md5 = (text: string) => createHash("md5").update(text).digest("hex");
  assert.deepEqual([root.name, root.path, root.id], ["", "", md5("")]);
  assert.deepEqual(root.checks, [
    { name: "ok", path: "::ok", id: md5("::ok"), passes: 2, fails: 1 },
  ]);
  assert.deepEqual(root.groups.map((group) => group.name).sort(), ["empty", "outer"]);
  const inner = root.groups.find((group) => group.name === "outer")?.groups[0];
  assert.equal(inner?.path, "::outer::inner");
  assert.equal(inner?.checks[0]?.path, "::outer::inner::deep");
});

Deno.test("credentials among the options are not told", () => {
  const options = runOptions({
    client: {
      userAgent: "mine",
      noCookiesReset: true,
      tlsAuth: [{ cert: "c", key: "x", password: "x", domains: [] }],
    },
  });
  const data = summaryData(runResult(new Samples().registry, { options }));
  assert.deepEqual(data.run.options.client, {
    userAgent: "mine",
    noCookiesReset: true,
    tlsAuth: [{ cert: "c", key: "***", password: "***", domains: [] }],
  });
  assert.equal(options.client.tlsAuth?.[0]?.key, "x", "the options themselves stay");
});
