import assert from "node:assert/strict";
import { compareRuns, parseRule } from "../../results/compare/mod.ts";
import type { RunRecord } from "../../results/mod.ts";
import { fakeRecord } from "../../results/record_for_tests.ts";
import { recordOf } from "../data/pages_for_tests.ts";
import { spansOf } from "./interval.ts";
import { renderComparisonPage } from "./page.ts";

const run = (label: string, record: RunRecord) => ({ label, record });
const slower = [
  { method: "GET", name: "http://h/", rate: 60, median: 3, tail: 4, failing: 0 },
  { method: "GET", name: "http://h/cart", rate: 30, median: 9, tail: 5, failing: 0.02 },
];
const faster = slower.map((one) => ({ ...one, median: one.median / 2, failing: 0 }));

Deno.test("a comparison's page shows both runs in every plot, every change, and no script", async () => {
  const comparison = compareRuns(
    [run("6", fakeRecord({ seconds: 60, endpoints: faster }))],
    [run("7", fakeRecord({ seconds: 40, endpoints: slower, seed: 2 }))],
    { rules: [parseRule("p99>+10%")] },
  );
  const html = await renderComparisonPage(comparison);
  assert.ok(html.startsWith("<!doctype html>"));
  assert.ok(
    !/<script|https?:\/\/(?!h\/|www\.w3\.org\/2000\/svg)|<link|<img|@import|url\(/.test(html),
  );
  assert.match(html, /Content-Security-Policy" content="default-src 'none'; style-src 'sha256-/);
  const figures = [...html.matchAll(/<figure.*?<\/figure>/gs)].map(([text]) => text);
  assert.ok(figures.length >= 6, `${figures.length}`);
  for (const figure of figures) {
    assert.match(figure, /before \(6\)/);
    assert.match(figure, /after \(7\)/);
    assert.match(figure, /s-c6.*s-c1/s);
    assert.ok(!/NaN|Infinity|undefined/.test(figure));
  }
  assert.match(html, /✗ p99&gt;\+10%/);
  const rows = [...html.matchAll(/<tr class="(worse|better|different|noise)"/g)];
  assert.equal(rows.length, comparison.changes.length);
  assert.ok(html.length < 200_000, `${html.length}`);
});

Deno.test("markup in names is text on a comparison's page", async () => {
  const name = "</title></style><script>globalThis.hacked = 1</script><img src=x onerror=1>";
  const endpoints = [{ method: "GET", name, rate: 20, median: 3, tail: 4, failing: 0.1 }];
  const one = (seed: number) => fakeRecord({ seconds: 10, endpoints, seed });
  const [before, after] = [run(name, one(1)), run(name, { ...one(2), name })];
  const html = await renderComparisonPage(compareRuns([before], [after]), true);
  assert.ok(html.includes("&lt;script&gt;"));
  assert.ok(!/<script|<img/.test(html));
  assert.equal(html.split("</style>").length, 2);
});

Deno.test("several runs a side, and runs of another protocol, are drawn", async () => {
  const runs = [1, 2, 3, 4].map((seed) => run(`${seed}`, fakeRecord({ seconds: 5, seed })));
  const html = await renderComparisonPage(compareRuns(runs.slice(0, 2), runs.slice(2)));
  for (const label of ["before (1)", "before (2)", "after (3)", "after (4)"]) {
    assert.ok(html.includes(label), label);
  }
  const none = recordOf(
    3,
    [0, 1, 2].map((second) => ({
      ...{ second, metric: "iterations", type: "counter" as const, value: 4 },
    })),
  );
  const bare = await renderComparisonPage(compareRuns([run("a", none)], [run("b", none)]));
  assert.match(bare, /iterations per second/);
});

Deno.test("the scale of intervals is bounded, whatever they are", () => {
  const change = (scale: "relative" | "points" | "plain", ...interval: [number, number]) => (
    { scale, interval } as unknown as Parameters<typeof spansOf>[0][number]
  );
  assert.deepEqual(spansOf([]), { relative: 0.1, points: 0.01, plain: 1 });
  assert.deepEqual(
    spansOf([
      change("relative", -0.3, 99),
      change("plain", -7, Infinity),
      change("points", 0, 0.2),
    ]),
    { relative: 2, points: 0.2, plain: 7 },
  );
});
