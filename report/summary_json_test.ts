import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { runOptions, runResult, Samples } from "./_fixture_for_tests.ts";
import { summaryData } from "./summary_json.ts";
import type { SummaryData } from "./summary_types.ts";

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

Deno.test("scenarios and endpoints have rows of their own", () => {
  const { endpoints, scenarios } = example().run;
  assert.deepEqual(
    endpoints.map((
      { method, name, requests, rate, failed, duration },
    ) => [method, name, requests, rate, failed, duration.count, duration.max]),
    [["GET", "http://127.0.0.1/", 5, 0.5, 1, 5, 50]],
  );
  assert.deepEqual(
    scenarios.map(({ name, iterations, duration }) => [name, iterations, duration.count]),
    [
      ["default", 0, 0],
    ],
  );
});

Deno.test("groups have their times, setup and teardown are none", () => {
  const { groups } = example().run;
  assert.deepEqual(groups.map(({ path, duration }) => [path, duration.count, duration.max]), [
    ["::empty", 1, 3],
  ]);
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
    values: { rate: 0, passes: 0, fails: 0 },
    thresholds: { "rate<0.1": { ok: true } },
  });
  assert.equal(metrics["never_used"]?.type, "counter");
  assert.deepEqual(metrics["never_used"]?.values, { count: 0, rate: 0 });
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
