import assert from "node:assert/strict";
import type { Sample } from "../sample.ts";
import { caseGoals, formatCases } from "./report.ts";

function sample(requestsPerSecond: number): Sample {
  return {
    requests: 1000,
    requestsPerSecond,
    cpuUsPerRequest: 5,
    p50Ms: 1,
    p99Ms: null,
    failed: 0,
  };
}

const RESULTS = new Map([[
  "download",
  new Map([
    ["curl", [sample(400), sample(200), sample(300)]],
    ["downpour script", [sample(200), null, sample(300)]],
  ]),
]]);

Deno.test("caseGoals compares within rounds and has no value for what was not measured", () => {
  const goals = caseGoals(RESULTS);
  const download = goals.find(({ figure }) => figure.startsWith("10 MB"));
  assert.deepEqual(download?.value, { median: 0.75, min: 0.5, max: 1, count: 2 });
  assert.equal(goals.filter(({ value }) => value !== null).length, 1);
});

Deno.test("formatCases shows the cases that were measured, bodies as MB/s", () => {
  const [table, ...others] = formatCases(RESULTS);
  assert.match(table!, /^10 MB down, 1 connection +MB\/s /);
  assert.match(table!, /^curl +3,000 \(2,000–4,000\) +5\.00 \(5\.00–5\.00\) /m);
  assert.deepEqual(others, []);
});
