import assert from "node:assert/strict";
import { countsLine, judgeRun, skippedLine } from "./run_tests.ts";

Deno.test("the last line has skipped tests only when there are some", () => {
  assert.equal(countsLine({ passed: 3, failed: 0, skipped: [] }), "3 passed, 0 failed");
  assert.equal(
    countsLine({ passed: 3, failed: 1, skipped: ["x"] }),
    "3 passed, 1 failed, 1 skipped",
  );
});

Deno.test("a skipped test is shown with the reason that its name ends in", () => {
  assert.equal(skippedLine("it runs (needs wrk)"), "skipped: it runs: needs wrk");
  assert.equal(skippedLine("it (f) runs"), "skipped: it (f) runs: no reason given");
});

Deno.test("a run that fails outside of any test counts as one failure", () => {
  assert.deepEqual(judgeRun(null, 1), { passed: 0, failed: 1, skipped: [] });
  const passed = '<testsuite name="a"><testcase name="b"></testcase></testsuite>';
  assert.deepEqual(judgeRun(passed, 1), { passed: 1, failed: 1, skipped: [] });
  assert.deepEqual(judgeRun(passed, 0), { passed: 1, failed: 0, skipped: [] });
});

Deno.test("failures of tests are not counted twice", () => {
  const failed = '<testsuite name="a"><testcase name="b"><failure/></testcase></testsuite>';
  assert.deepEqual(judgeRun(failed, 1), { passed: 0, failed: 1, skipped: [] });
});
