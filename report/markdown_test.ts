import assert from "node:assert/strict";
import { runOptions, runResult, Samples } from "./_fixture_for_tests.ts";
import { markdownText, renderMarkdown } from "./markdown.ts";

Deno.test("a failed run as Markdown", () => {
  const samples = new Samples()
    .requests("GET", "http://a/", "200", [10, 10, 10])
    .requests("GET", "http://a/cart", "503", [700])
    .add("checks", "rate", [1, 1, 1], { check: "is up" })
    .add("checks", "rate", [1, 1, 0], { check: "is whole", group: "::shop::cart" })
    .add("iterations", "counter", [3], { scenario: "browse" })
    .add("iteration_duration", "trend", [5, 5, 5], { scenario: "browse" }, "time");
  const [one] = runOptions().scenarios;
  const options = runOptions({
    scenarios: [{ ...one!, name: "browse" }, { ...one!, name: "idle" }],
  });
  const result = runResult(samples.registry, {
    options,
    thresholds: [
      { metric: "http_reqs", expression: "count>1", ok: true, value: 4 },
      { metric: "http_req_duration", expression: "p(95)<200", ok: false, value: 412 },
    ],
    failures: ["teardown threw: Error: <b>no</b>"],
    exitCode: 99,
  });
  assert.equal(
    renderMarkdown(result),
    `### ❌ load.ts

10s · 10 VUs · iterations: 100 planned, 100 started, 100 completed · exit code 99

> teardown threw: Error: &lt;b&gt;no&lt;/b&gt;

|  | threshold | measured | worst |
| :-- | :-- | :-- | :-- |
| ❌ | http\\_req\\_duration p\\(95\\)&lt;200 | 412ms, 212ms (106%) over 200ms | GET /cart 700ms |
| ✅ | http\\_reqs count&gt;1 | 4 |  |

|  | check | passed | failed |
| :-- | :-- | --: | --: |
| ❌ | shop › cart › is whole | 2 (66.7%) | 1 |
| ✅ | is up | 3 (100%) | 0 |

| scenario | iterations | rate | p50 | p95 | p99 | dropped | failed checks |
| :-- | --: | --: | --: | --: | --: | --: | --: |
| browse | 3 | 0.30/s | 5.00ms | 5.00ms | 5.00ms | 0 | 0 |
| idle | 0 | 0/s | 0 | 0 | 0 | 0 | 0 |

| endpoint | count | rate | p50 | p95 | p99 | errors |
| :-- | --: | --: | --: | --: | --: | --: |
| GET / | 3 | 0.30/s | 10.0ms | 10.0ms | 10.0ms | 0% |
| GET /cart | 1 | 0.10/s | 700ms | 700ms | 700ms | 100% |

Generator kept up: CPU 61% of 2 shards, loop lag p99 2.00ms.
`,
  );
});

Deno.test("a run without anything measured has no tables", () => {
  const text = renderMarkdown(runResult(new Samples().registry));
  assert.match(text, /^### ✅ load\.ts\n/);
  assert.doesNotMatch(text, /\|/);
});

const HOSTILE: [name: string, written: string][] = [
  ["a | b", "a \\| b"],
  ["a\n\n# b\r\n---", "a  \\# b  ---"],
  ["<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert\\(1\\)&gt;"],
  ["[x](javascript:y) ![](z)", "\\[x\\]\\(javascript:y\\) \\!\\[\\]\\(z\\)"],
  ["`code` *b* _i_ ~s~", "\\`code\\` \\*b\\* \\_i\\_ \\~s\\~"],
  ["back\\slash &amp;", "back\\\\slash &amp;amp;"],
  [
    "@org/team http://x www.x.y",
    "@&#8203;org/team http:&#8203;// x www.&#8203;x.y".replace("// x", "//x"),
  ],
  ["esc \x1b[2J \u202e rtl", "esc \\[2J  rtl"],
  ["$x^2$", "\\$x\\^2\\$"],
];

for (const [name, written] of HOSTILE) {
  Deno.test(`a name is text and no markup: ${JSON.stringify(name)}`, () => {
    assert.equal(markdownText(name), written);
  });
}

Deno.test("of very many rows the first are shown and the others counted, long names cut", () => {
  const samples = new Samples();
  for (let i = 0; i < 100; i++) samples.add("checks", "rate", [1], { check: `check ${i}` });
  samples.add("checks", "rate", [0], { check: `the bad one ${"x".repeat(500)}` });
  const text = renderMarkdown(runResult(samples.registry));
  assert.equal(text.split("\n").filter((line) => /^\| [✅❌]/u.test(line)).length, 30);
  assert.match(text, /\| ❌ \| the bad one x{107}… \|/);
  assert.match(text, /^and 71 more$/m);
});
