import assert from "node:assert/strict";
import type { ThresholdOutcome } from "../runner/mod.ts";
import { runResult, Samples } from "./_fixture_for_tests.ts";
import { verdicts } from "./verdicts.ts";

const samples = new Samples()
  .requests("GET", "http://a/", "200", [300, 300, 300])
  .requests("GET", "http://a/slow", "503", [700])
  .add("bytes", "counter", [2_000_000], {}, "data")
  .add("depth", "gauge", [5])
  .add("checks", "rate", [1, 1, 0], { check: "is whole", group: "::shop::cart" });

/** Judged rules and what is said of them. */
const RULES: [outcome: ThresholdOutcome, message: string][] = [
  [
    rule("http_req_duration", "p(95)<200", 412),
    "412ms, 212ms (106%) over 200ms; worst: GET /slow 700ms",
  ],
  [rule("http_req_duration", "min>800", 300), "300ms, 500ms (63%) under 800ms; worst: GET / 300ms"],
  [rule("http_req_duration", "p(95)<0.001", 300), "300ms, 300ms over 1µs; worst: GET /slow 700ms"],
  [
    rule("http_req_failed", "rate<0.01", 0.25),
    "25.0%, 24 points over 1.00%; worst: GET /slow 100%",
  ],
  [rule("http_reqs", "count>=10", 4), "4, 6 (60%) under 10"],
  [rule("http_reqs", "rate>1", 0.4), "0.40/s, 0.60/s (60%) under 1.00/s"],
  [rule("http_reqs", "count>4", 4), "4, exactly the limit"],
  [rule("http_reqs", "count==5", 4), "4"],
  [rule("bytes", "count<1", 2), "2, 1 (100%) over 1"],
  [rule("depth", "value<0", 5), "5, 5 over 0"],
  [rule("depth", "value<-1", 5), "5, 6 (600%) over -1"],
  [rule("never", "p(95)<1", null), "no samples"],
];

function rule(metric: string, expression: string, value: number | null): ThresholdOutcome {
  return { metric, expression, ok: false, value };
}

for (const [outcome, message] of RULES) {
  Deno.test(`a failed rule says how far off it is: ${outcome.metric} ${outcome.expression}`, () => {
    const [verdict] = verdicts(runResult(samples.registry, { thresholds: [outcome] }));
    assert.deepEqual(verdict, {
      kind: "threshold",
      name: `${outcome.metric} ${outcome.expression}`,
      groups: [],
      ok: false,
      message,
    });
  });
}

Deno.test("a rule that held says its value alone, checks and failures come behind the rules", () => {
  const thresholds = [{ metric: "http_req_duration", expression: "max<900", ok: true, value: 700 }];
  const all = verdicts(runResult(samples.registry, { thresholds, failures: ["no\nteardown"] }));
  assert.deepEqual(
    all.map(({ kind, name, groups, ok, message }) => [kind, name, groups, ok, message]),
    [
      ["threshold", "http_req_duration max<900", [], true, "700ms"],
      ["check", "is whole", ["shop", "cart"], false, "1 of 3 failed (33.3%)"],
      ["run", "run", [], false, "no\nteardown"],
    ],
  );
});
