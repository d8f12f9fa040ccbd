import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { runOptions, runResult, Samples } from "./_fixture_for_tests.ts";
import { summaryExport } from "./summary_export.ts";
import { summaryData } from "./summary_json.ts";

const md5 = (text: string) => createHash("md5").update(text).digest("hex");

Deno.test("an export has k6's older shape: values without a level, rates as value, names as keys", () => {
  const samples = new Samples()
    .add("orders", "counter", [5])
    .add("vus", "gauge", [1, 10, 8])
    .add("checks", "rate", [1, 1, 0, 1], { check: "__proto__" })
    .add("checks", "rate", [1], { check: "deep", group: "::outer::inner" })
    .add("wait", "trend", [2, 2], {}, "time");
  const data = summaryData(runResult(samples.registry, {
    options: runOptions({ summaryTrendStats: ["avg", "p(95)"] }),
    thresholds: [
      { metric: "wait", expression: "avg<1", ok: false, value: 2 },
      { metric: "wait", expression: "max<9", ok: true, value: 2 },
    ],
  }));
  const { metrics, root_group, ...others } = summaryExport(data);
  assert.deepEqual(others, {});
  assert.deepEqual(metrics["orders"], { count: 5, rate: 0.5 });
  assert.deepEqual(metrics["vus"], { value: 8, min: 1, max: 10 });
  assert.deepEqual(metrics["checks"], { value: 0.8, passes: 4, fails: 1 });
  // True is a rule that was broken.
  const thresholds = { "avg<1": true, "max<9": false };
  assert.deepEqual(metrics["wait"], {
    ...{ avg: 2, "p(95)": 2, "p(99)": 2, "p(99.9)": 2, count: 2 },
    thresholds,
  });
  assert.deepEqual([root_group.name, root_group.path, root_group.id], ["", "", md5("")]);
  assert.deepEqual(Object.keys(root_group.checks), ["__proto__"]);
  assert.deepEqual(root_group.groups["outer"]!.groups["inner"]!.checks["deep"], {
    name: "deep",
    path: "::outer::inner::deep",
    id: md5("::outer::inner::deep"),
    passes: 1,
    fails: 0,
  });
});
