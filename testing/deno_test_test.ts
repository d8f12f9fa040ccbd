import assert from "node:assert/strict";
import { type ChildTests, runTests } from "./_child_for_tests.ts";

// Each file of load tests runs once, in a `deno test` of its own with all sanitizers on.
const known = new Map<string, Promise<ChildTests>>();
function results(file: string): Promise<ChildTests> {
  let result = known.get(file);
  if (result === undefined) known.set(file, result = runTests(file));
  return result;
}

async function outcome(file: string, name: string): Promise<string> {
  const { cases, output } = await results(file);
  const found = cases.find((one) => one.name === name);
  assert.ok(found !== undefined, `${name} in:\n${output}`);
  return found.outcome;
}

Deno.test("load tests that hold pass, with clean sanitizers and exit code 0", async () => {
  const { code, cases, output } = await results("passing.ts");
  assert.equal(code, 0, output);
  assert.deepEqual(cases.filter((one) => one.outcome !== "passed").map(({ name }) => name), [
    "one that is skipped",
  ]);
});

Deno.test("each threshold is a step of its test", async () => {
  const { cases } = await results("passing.ts");
  for (const step of ["http_reqs count==12", "orders count==12", "checks rate==1"]) {
    const name = `a user has a client of its own > ${step}`;
    assert.equal(cases.filter((one) => one.name === name).length, 1, name);
  }
});

Deno.test("what users print stands in the output of their test, a summary only when it failed", async () => {
  const { output } = await results("passing.ts");
  assert.match(output, /by its function \.\.\.\n-+ output -+\nsaid by a user\n-+ output end -+\n/);
  assert.doesNotMatch(output, /^iterations {2}/m);
  const failing = await results("failing.ts");
  assert.match(failing.output, /^iterations {2}3 planned, 3 started, 3 completed, 3 thrown$/m);
});

Deno.test("load tests that don't hold fail, each by itself", async () => {
  const { code, cases, output } = await results("failing.ts");
  assert.equal(code, 1, output);
  assert.deepEqual(
    cases.filter(({ outcome }) => outcome === "passed").map(({ name }) => name),
    ["too slow > iteration_duration p(95)<60000"],
  );
});

const FAILURES: [name: string, ...says: RegExp[]][] = [
  [
    "too slow > iteration_duration p(95)<0.001",
    /^AssertionError: iteration_duration p\(95\)<0\.001 failed: [\d.]+ms, [\d.]+ms over 1µs\n/,
    /\n {4}at file:.*\/testdata\/failing\.ts:5:1\n/,
  ],
  ["too slow", /1 test step failed/],
  ["a check fails", /^AssertionError: checks failed:\n {2}is two: 4 of 4 failed \(100%\)\n/],
  [
    "iterations throw",
    /^AssertionError: 3 of 3 iterations threw, the first with TypeError: not today\n/,
    /Caused by: TypeError: not today\n {4}at file:.*\/testdata\/failing\.ts:15:9\n/,
  ],
  [
    "nobody awaits",
    /^AssertionError: something threw that nobody awaited: RangeError: lost promise\n/,
  ],
  ["a user leaks", /An interval was started in this test, but never completed/],
  ["an unknown rule", /^OptionError: thresholds names a metric that nothing records: nothing\n/],
  ["setup throws", /^ScriptError: Setup threw: Error: no server\n/],
  ["teardown throws", /^AssertionError: Teardown threw: Error: still there\n/],
];

for (const [name, ...says] of FAILURES) {
  Deno.test(`a failure is readable: ${name}`, async () => {
    const text = await outcome("failing.ts", name);
    for (const pattern of says) assert.match(text, pattern);
  });
}
