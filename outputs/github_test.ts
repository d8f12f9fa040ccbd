import assert from "node:assert/strict";
import { SendError } from "../runner/mod.ts";
import { withFile } from "./_outputs_for_tests.ts";
import { putBy, resultOf } from "./_results_for_tests.ts";
import { annotations, githubOutput } from "./github.ts";

const failing = {
  checks: [["is up", 3, 0], ["is whole", 1, 2, "::shop::cart"]],
  thresholds: [
    { metric: "http_req_duration", expression: "p(95)<200", ok: false, value: 412 },
    { metric: "http_req_failed", expression: "rate<0.1", ok: true, value: 0 },
  ],
  failures: ["teardown threw: no"],
  exitCode: 99,
} as const;

Deno.test("each failed threshold, failed check and failure is an annotation", () => {
  assert.equal(
    annotations(
      resultOf({
        ...failing,
        thresholds: [...failing.thresholds],
        failures: ["teardown threw: no"],
      }),
    ),
    "::error title=Threshold failed::http_req_duration p(95)<200: 412ms, 212ms (106%25) over 200ms\n" +
      "::error title=Check failed::shop › cart › is whole: 2 of 3 failed (66.7%25)\n" +
      "::error title=Load test failed::teardown threw: no\n",
  );
  assert.equal(annotations(resultOf({ checks: [["is up", 3, 0]] })), "");
  assert.match(
    annotations(null),
    /^::error title=downpour::the run ended before its load began\n$/,
  );
});

const HOSTILE: [name: string, written: string][] = [
  ["a\n::error::forged", "a%0A::error::forged"],
  ["a\r\n::add-mask::x", "a%0D%0A::add-mask::x"],
  ["100%0A::warning::x", "100%250A::warning::x"],
  ["::stop-commands::pause", "::stop-commands::pause"],
  ["esc \x1b[2J\x07 \u2028\u202e end", "esc [2J  end"],
  ["half \ud83d", "half \ufffd"],
  ["x".repeat(5000), `${"x".repeat(985)}`],
];

for (const [name, written] of HOSTILE) {
  Deno.test(`an annotation stays one command: ${JSON.stringify(name.slice(0, 40))}`, () => {
    const text = annotations(resultOf({ failures: [name] }));
    assert.ok(text.startsWith(`::error title=Load test failed::${written}`), text);
    assert.deepEqual(text.split(/[\r\n]/).slice(1), [""], "it is one line");
    assert.ok(text.length < 1100);
  });
}

Deno.test("of many failures ten annotations are made, the last with the number of the others", () => {
  const checks = Array.from({ length: 25 }, (_, i) => [`check ${i}`, 0, 1] as const);
  const lines = annotations(resultOf({ checks })).trimEnd().split("\n");
  assert.equal(lines.length, 10);
  assert.match(lines[9]!, /::16 more failures: see the summary$/);
});

Deno.test("annotations go to the log, the summary behind what the step's file holds", async () => {
  await withFile("summary.md", async (path) => {
    await Deno.writeTextFile(path, "before\n");
    let log = "";
    const annotate = (lines: Uint8Array) =>
      Promise.resolve(void (log += new TextDecoder().decode(lines)));
    await putBy(githubOutput(path, annotate), resultOf({ checks: [["is up", 0, 1]] }));
    assert.match(log, /^::error title=Check failed::is up: /);
    const summary = await Deno.readTextFile(path);
    assert.match(summary, /^before\n### ✅ load\.ts\n/);
    assert.match(summary, /\| ❌ \| is up \| 0 \(0%\) \| 1 \|/);
    assert.doesNotMatch(summary, /::error/);
  });
});

Deno.test("without a file for it no summary is made", async () => {
  let calls = 0;
  const output = githubOutput("", () => Promise.resolve(void calls++));
  await putBy(output, resultOf({ checks: [["is up", 0, 1]] }));
  assert.equal(calls, 1);
});

Deno.test("a summary that can't be written is reported and not tried again", async () => {
  const output = githubOutput("/nowhere/summary.md", () => Promise.resolve());
  await assert.rejects(
    putBy(output, resultOf()),
    (error) => error instanceof SendError && !error.retry && /nowhere/.test(error.message),
  );
});
