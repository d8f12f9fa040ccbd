import assert from "node:assert/strict";
import { runOptions, runResult, Samples } from "./_fixture_for_tests.ts";
import { renderSummary } from "./summary.ts";

/** More of everything than a screen has room for. */
function much(): Samples {
  const samples = new Samples()
    .add("dropped_iterations", "counter", [3])
    .add("iteration_response_time", "trend", [3], {}, "time")
    .add("vus_max", "gauge", [10])
    .add("orders", "counter", [1]);
  for (let i = 0; i < 40; i++) {
    samples.requests("GET", `http://127.0.0.1/${i}`, "0", [1], `error ${i}`)
      .add("checks", "rate", [1], { check: `good ${i}` });
  }
  return samples;
}

function lines(mode: "compact" | "full"): string[] {
  const options = runOptions({ summaryMode: mode });
  return renderSummary(runResult(much().registry, { options })).split("\n");
}

/** How many lines there are of each kind of row. */
function rows(mode: "compact" | "full"): Record<string, number> {
  const count = (pattern: RegExp) => lines(mode).filter((line) => pattern.test(line)).length;
  return {
    endpoints: count(/^ +GET \/\d/),
    errors: count(/× +error \d/),
    checks: count(/✓ good \d/),
    scenarios: count(/^ +default +0 /),
    phases: count(/^ +http_req_(waiting|blocked|sending) /),
    others: count(/^ +(dropped_iterations|iteration_response_time|vus_max|checks) /),
    omissions: count(/and \d+ more|not shown/),
  };
}

Deno.test("a compact summary keeps to a screen and says what it leaves out", () => {
  assert.deepEqual(rows("compact"), {
    ...{ endpoints: 16, errors: 6, checks: 0, scenarios: 0, phases: 0, others: 0, omissions: 3 },
  });
});

Deno.test("a full summary leaves nothing out: every row, every metric, every scenario", () => {
  assert.deepEqual(rows("full"), {
    ...{ endpoints: 40, errors: 40, checks: 40, scenarios: 1, phases: 3, others: 4, omissions: 0 },
  });
});

Deno.test("in a full summary the script's own metrics come first all the same", () => {
  const text = lines("full");
  const at = (name: string) => text.findIndex((line) => line.startsWith(`  ${name} `));
  assert.ok(at("orders") > 0 && at("orders") < at("vus_max"), text.join("\n"));
  assert.ok(at("orders") < at("checks"));
});
