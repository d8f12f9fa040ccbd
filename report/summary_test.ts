import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { Registry } from "../metrics/mod.ts";
import type { ThresholdOutcome } from "../runner/mod.ts";
import { errorKinds } from "./_endpoints.ts";
import { counts, runOptions, runResult, Samples, shardReport } from "./_fixture_for_tests.ts";
import { displayWidth } from "./_text.ts";
import { renderSummary } from "./summary.ts";

const HOST = "http://127.0.0.1:8000";

/** The lines from a heading to the next empty line, without the heading. */
function section(text: string, heading: string): string[] {
  const lines = text.split("\n");
  const at = lines.findIndex((line) => line === heading || line.startsWith(`${heading}  `));
  assert.ok(at >= 0, `${heading} in:\n${text}`);
  const end = lines.indexOf("", at);
  return lines.slice(at + 1, end < 0 ? undefined : end);
}

/** The cells of a row: what two spaces and more set apart. */
function cells(line: string | undefined): string[] {
  return (line ?? "").trim().split(/ {2,}/);
}

function shop(): Samples {
  return new Samples()
    .requests("GET", `${HOST}/`, "200", Array.from({ length: 1000 }, (_, i) => 1 + i / 1000))
    .requests("POST", `${HOST}/cart`, "200", Array.from({ length: 90 }, () => 40))
    .requests("POST", `${HOST}/cart`, "503", [41, 41, 41])
    .requests("POST", `${HOST}/cart`, "0", [1], "connection reset");
}

Deno.test("the summary has one row an endpoint, with counts, percentiles and errors", () => {
  const text = renderSummary(runResult(shop().registry));
  assert.match(text, /^endpoints {2}http:\/\/127\.0\.0\.1:8000$/m);
  const [head, root, cart] = section(text, "endpoints");
  assert.deepEqual(
    cells(head),
    ["endpoint", "count", "rate", "p50", "p90", "p99", "p99.9", "max", "errors"],
  );
  assert.deepEqual(cells(root).slice(0, 3), ["GET /", "1,000", "100/s"]);
  assert.match(cells(root)[3]!, /^1\.[45]\dms$/);
  assert.equal(cells(root)[8], "0%");
  assert.deepEqual(cells(cart).slice(0, 3), ["POST /cart", "94", "9.40/s"]);
  assert.equal(cells(cart)[7], "41.0ms");
  assert.equal(cells(cart)[8], "4.26%");
});

Deno.test("endpoints on several hosts keep their whole names", () => {
  const samples = new Samples().requests("GET", "http://a/x", "200", [1]).requests(
    "GET",
    "http://b/x",
    "200",
    [1],
  );
  const rows = section(renderSummary(runResult(samples.registry)), "endpoints").map((row) =>
    cells(row)[0]
  );
  assert.deepEqual(rows, ["endpoint", "GET http://a/x", "GET http://b/x"]);
});

Deno.test("columns are aligned by what a terminal shows, whatever the names", () => {
  const samples = shop()
    .requests("GET", `${HOST}/日本語/🚀`, "200", [3])
    .requests("GET", `${HOST}/e\u0301`, "200", [3]);
  const rows = section(renderSummary(runResult(samples.registry)), "endpoints");
  assert.equal(rows.length, 5);
  assert.deepEqual([...new Set(rows.map(displayWidth))].length, 1, rows.join("\n"));
});

Deno.test("a long name gives way to the width, its numbers don't", () => {
  const samples = new Samples().requests("GET", `${HOST}/${"very-long/".repeat(30)}end`, "200", [
    3,
  ]);
  for (const width of [80, 100, 140]) {
    const rows = section(renderSummary(runResult(samples.registry), { width }), "endpoints");
    for (const row of rows) assert.ok(displayWidth(row) <= width, row);
    assert.match(rows[1]!, /…\S*end .* 3\.00ms .*0%$/);
  }
});

Deno.test("thresholds show mark, rule, value in its unit, and the worst endpoint of a failed one", () => {
  const thresholds: ThresholdOutcome[] = [
    { metric: "http_req_failed", expression: "rate<0.5", ok: true, value: 0.0036 },
    { metric: "http_req_duration", expression: "p(99)<10", ok: false, value: 40.1 },
    { metric: "http_req_failed{method:POST}", expression: "rate<0.01", ok: false, value: 0.0426 },
    { metric: "http_reqs", expression: "rate>10", ok: true, value: 109.4 },
    { metric: "orders", expression: "count>5", ok: false, value: null },
  ];
  const text = renderSummary(runResult(shop().registry, { thresholds, exitCode: 99 }));
  const rows = section(text, "thresholds").map(cells);
  assert.deepEqual(rows, [
    ["✓ http_req_failed", "rate<0.5", "0.36%"],
    ["✗ http_req_duration", "p(99)<10", "40.1ms", "worst: POST /cart 41.0ms"],
    ["✗ http_req_failed{method:POST}", "rate<0.01", "4.26%"],
    ["✓ http_reqs", "rate>10", "109/s"],
    ["✗ orders", "count>5", "no samples"],
  ]);
});

/** Two scenarios: one fast, one slow that drops and fails. */
function scenarios(): Samples {
  const [a, b] = [{ scenario: "browse" }, { scenario: "order" }];
  return new Samples()
    .add("iterations", "counter", [300], a)
    .add("iterations", "counter", [20], b)
    .add("iteration_duration", "trend", Array.from({ length: 300 }, () => 5), a, "time")
    .add("iteration_duration", "trend", Array.from({ length: 20 }, () => 80), b, "time")
    .add("dropped_iterations", "counter", [7], b)
    .add("checks", "rate", [1, 1, 1], { ...a, check: "is up" })
    .add("checks", "rate", [1, 0, 0], { ...b, check: "was taken" });
}

function twoScenarios() {
  const [one] = runOptions().scenarios;
  return runOptions({ scenarios: [{ ...one!, name: "browse" }, { ...one!, name: "order" }] });
}

Deno.test("several scenarios have a row each, one has none", () => {
  const { registry } = scenarios();
  const rows = section(
    renderSummary(runResult(registry, { options: twoScenarios() })),
    "scenarios",
  ).map(cells);
  assert.deepEqual(rows, [
    ["scenario", "iterations", "rate", "p50", "p95", "p99", "dropped", "failed checks"],
    ["browse", "300", "30.0/s", "5.00ms", "5.00ms", "5.00ms", "0", "0"],
    ["order", "20", "2.00/s", "80.0ms", "80.0ms", "80.0ms", "7", "2"],
  ]);
  assert.doesNotMatch(renderSummary(runResult(registry)), /^scenarios/m);
});

Deno.test("a scenario that did nothing has a row of nothing", () => {
  const empty = runResult(new Samples().registry, { options: twoScenarios() });
  const rows = section(renderSummary(empty), "scenarios").map(cells);
  assert.deepEqual(rows[1], ["browse", "0", "0/s", "-", "-", "-", "0", "-"]);
});

Deno.test("a failed rule on iterations or checks names the worst scenario or check", () => {
  const failed = (metric: string, expression: string, value: number): ThresholdOutcome => ({
    metric,
    expression,
    ok: false,
    value,
  });
  const thresholds = [
    failed("iteration_duration", "p(95)<50", 80),
    failed("checks", "rate>0.9", 0.667),
    failed("dropped_iterations", "count<1", 7),
    failed("iteration_duration{scenario:browse}", "p(95)<1", 5),
    failed("iterations", "count>1000", 320),
  ];
  const options = twoScenarios();
  const text = renderSummary(runResult(scenarios().registry, { thresholds, options }));
  assert.deepEqual(section(text, "thresholds").map((row) => cells(row)[3]), [
    "worst: order 80.0ms",
    "worst: was taken 33.3%",
    "worst: order 7",
    undefined,
    undefined,
  ]);
});

Deno.test("checks stand in their groups with pass rates, summed over scenarios", () => {
  const samples = new Samples()
    .add("checks", "rate", [1, 1], { check: "is up", scenario: "a" })
    .add("checks", "rate", [1, 0], { check: "is up", scenario: "b" })
    .add("checks", "rate", [1], { check: "has token", group: "::login::form" });
  const text = renderSummary(runResult(samples.registry));
  assert.match(text, /^checks {2}80\.0% {2}4 of 5 passed$/m);
  assert.deepEqual(section(text, "checks").map((line) => line.trim().replace(/ {2,}/g, "  ")), [
    "✗ is up  75.0%  1 of 4 failed",
    "login",
    "form",
    "✓ has token  100%  1",
  ]);
});

Deno.test("of very many checks only those that failed are listed", () => {
  const samples = new Samples().add("checks", "rate", [0], { check: "bad one" });
  for (let i = 0; i < 100; i++) samples.add("checks", "rate", [1], { check: `good ${i}` });
  const rows = section(renderSummary(runResult(samples.registry)), "checks");
  assert.equal(rows.length, 2);
  assert.match(rows[0]!, /✗ bad one/);
});

Deno.test("metrics have rows by kind: the script's first, in the statistics it asks for", () => {
  const samples = shop()
    .add("data_received", "counter", [12_300_000], {}, "data")
    .add("vus", "gauge", [1, 10, 8])
    .add("orders", "counter", [120])
    .add("paid", "rate", [1, 1, 1, 0])
    .add("basket", "trend", [1, 2, 3])
    .add("render", "trend", [250], {}, "time");
  const options = runOptions({ summaryTrendStats: ["med", "p(99.9)", "count"] });
  const rows = section(renderSummary(runResult(samples.registry, { options })), "metrics").map(
    cells,
  );
  const row = (name: string) => rows.find((row) => row[0] === name);
  assert.deepEqual(rows[0], ["metric", "med", "p(99.9)", "count"]);
  assert.deepEqual(rows.slice(1, 4).map((row) => row[0]), [
    "basket",
    "render",
    "http_req_duration",
  ]);
  assert.equal(row("basket")?.[3], "3");
  assert.equal(row("render")?.[1], "250ms");
  assert.deepEqual(row("orders"), ["orders", "120", "12.0/s"]);
  assert.deepEqual(row("paid"), ["paid", "75.0%", "3 of 4"]);
  assert.deepEqual(row("data_received"), ["data_received", "12.3 MB", "1.23 MB/s"]);
  assert.deepEqual(row("vus"), ["vus", "8", "min 1, max 10"]);
  assert.equal(row("http_req_waiting"), undefined, "phases are told by the timing line");
});

Deno.test("a failure without a status is named by its kind, also under k6's generic code", () => {
  assert.deepEqual(errorKinds(failing("empty_reply", "1000", "0")).map(({ label }) => label), [
    "empty_reply (1000)",
  ]);
  assert.deepEqual(errorKinds(failing("", "1503", "503")).map(({ label }) => label), [
    "status 503",
  ]);
});

function failing(error: string, code: string, status: string): Registry {
  const registry = new Registry();
  const tags = registry.tags.withAll({ error, "error_code": code, status });
  registry.sink({ name: "http_reqs", type: "counter", contains: "default" }, tags).add(1);
  return registry;
}

Deno.test("errors are counted by kind, statuses and failures apart", () => {
  const rows = section(renderSummary(runResult(shop().registry)), "errors").map(cells);
  assert.deepEqual(rows, [["3×", "status 503"], ["1×", "connection reset (1220)"]]);
});

Deno.test("the end tells timings, iterations, the generator, losses and failures", () => {
  const text = renderSummary(runResult(shop().registry, {
    iterations: counts({ planned: 1100, started: 1094, completed: 1094, dropped: 6, late: 2 }),
    shards: [
      shardReport(0),
      shardReport(1, { state: "lost", reason: "no heartbeat for 5s" }),
    ],
    failures: ["teardown threw: Error: no"],
  }));
  assert.match(text, /^timing .*waiting 1\.\d\dms.* \(medians\)$/m);
  assert.match(
    text,
    /^iterations {2}1,100 planned, 1,094 started, 1,094 completed, 6 dropped, 2 late$/m,
  );
  assert.match(text, /^generator {3}kept up: CPU 61% of 2 shards, loop lag p99 2\.00ms$/m);
  assert.match(text, /^lost {8}shard 2 of 2: no heartbeat for 5s$/m);
  assert.match(text, /^failed {6}teardown threw: Error: no$/m);
});

Deno.test("a generator that was the limit is named as the limit", () => {
  const text = renderSummary(runResult(new Samples().registry, {
    generator: {
      cpuSeconds: 20,
      cpuShare: 0.99,
      loopLagP99Ms: 80,
      open: null,
      verdict: "limited",
      reasons: ["CPU of the shards was used up"],
    },
  }));
  assert.match(text, /the generator, not the target, was the limit: CPU of the shards was used up/);
});

Deno.test("what was dropped or late in an open model is explained", () => {
  const generator = runResult(new Samples().registry).generator;
  const open = { started: 900, dropped: 100, late: 30, waited: 20, startLatenessP99Ms: 12.5 };
  const text = renderSummary(runResult(new Samples().registry, {
    generator: { ...generator, open },
  }));
  assert.match(text, /100 dropped as every VU was busy: raise maxVUs, or the target is too slow/);
  assert.match(text, /20 started late as they waited for a free VU/);
  assert.match(text, /10 started more than 10 ms late with a VU at hand/);
  assert.match(text, /loop lag p99 2\.00ms, start lateness p99 12\.5ms$/m);
});

Deno.test("an output is a line; what it lost, and why, stands in it", () => {
  const text = renderSummary(runResult(shop().registry, {
    outputs: [
      { name: "json (x.json)", written: 12_345, dropped: 0, errors: 0, firstError: null },
      { name: "json (y.json)", written: 5, dropped: 7, errors: 1, firstError: "disk full" },
      { name: "push (host)", written: 0, dropped: 2, errors: 3, firstError: "refused\x1b[2J" },
    ],
  }));
  assert.match(text, /^output {6}json \(x\.json\): 12,345 written$/m);
  assert.match(text, /^output {6}json \(y\.json\): 5 written, 7 not written, 1 error: disk full$/m);
  assert.match(text, /push \(host\): 0 written, 2 not written, 3 errors, the first: refused\S*$/m);
});

Deno.test("without colour there is no control character, with colour the same words", () => {
  const samples = shop().add("checks", "rate", [1], { check: "evil \x1b[2J\x07name" });
  const result = runResult(samples.registry, {
    name: "a\x1b]0;title\x07.ts",
    failures: ["a\x9bb\nc"],
  });
  const bare = renderSummary(result, { color: false });
  assert.doesNotMatch(bare.replaceAll("\n", ""), /\p{Cc}/u);
  const colored = renderSummary(result, { color: true });
  assert.notEqual(colored, bare);
  const words = (text: string) => stripVTControlCharacters(text).replace(/ +$/gm, "");
  assert.equal(words(colored), words(bare));
});

Deno.test("a run without a single sample still has a summary", () => {
  const text = renderSummary(runResult(new Samples().registry, {
    iterations: counts(),
    durationMs: 0,
    vusMax: 1,
  }));
  assert.match(text, /^load\.ts {2}0ms, 1 VU, 2 shards\n\niterations {2}0 planned\n/);
  assert.doesNotMatch(text, /NaN|Infinity|undefined/);
});
