import assert from "node:assert/strict";
import { runResult, Samples } from "./_fixture_for_tests.ts";
import { renderSummary } from "./summary.ts";
import { summaryData } from "./summary_json.ts";

Deno.test("a pause is told where there was one", () => {
  const { registry } = new Samples().requests("GET", "http://127.0.0.1/", "200", [1]);
  const paused = runResult(registry, { pausedMs: 65_000 });
  assert.match(renderSummary(paused), /^paused {6}1m5s, which no rate or duration counts$/m);
  assert.equal(summaryData(paused).run.pausedMs, 65_000);
  assert.doesNotMatch(renderSummary(runResult(registry)), /^paused/m);
});
