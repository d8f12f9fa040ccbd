import assert from "node:assert/strict";
import { result } from "../_results_for_tests.ts";
import { Registry } from "../../metrics/mod.ts";
import { ResultTotals } from "./metrics.ts";
import { durationOf, summarizeJob } from "./summary.ts";
import { renderJobSummary } from "./table.ts";

const START = Date.UTC(2026, 0, 1);
const at = (ms: number) => new Date(START + ms).toISOString();

/** 100 carts of 1 to 100 ms over ten seconds, five of them 503; one broken post. */
function shop(): ResultTotals {
  const totals = new ResultTotals();
  for (let n = 1; n <= 100; n++) {
    totals.add(result(n, {
      timestamp: at(n * 99),
      duration: n * 1e6,
      status: n > 95 ? 503 : 200,
      size: 10,
    }));
  }
  totals.add(result(101, {
    method: "POST",
    status: 0,
    size: 0,
    timestamp: at(0),
    duration: 10e9,
    error: { Op: "dial" },
  }));
  return totals;
}

Deno.test("a summary has counts, errors, status classes and percentiles by method and URL", () => {
  const summary = summarizeJob("shop", shop().registry);
  assert.deepEqual(
    [summary.job, summary.startedAt, summary.endedAt, summary.durationMs],
    ["shop", at(0), at(10_000), 10_000],
  );
  assert.deepEqual(
    [summary.count, summary.errors, summary.failed, summary.bytes, summary.rate],
    [101, 1, 6, 1000, 10.1],
  );
  assert.deepEqual(summary.statuses, { "2xx": 95, "5xx": 5, "other": 1 });
  const [cart, post, ...more] = summary.endpoints;
  assert.equal(more.length, 0);
  assert.deepEqual([post!.method, post!.count, post!.errors], ["POST", 1, 1]);
  assert.deepEqual(
    [cart!.method, cart!.url, cart!.count, cart!.errors, cart!.failed, cart!.rate],
    ["GET", "http://shop.example/cart", 100, 0, 5, 10],
  );
  const { avg, min, p50, p90, p95, p99, max } = cart!.latency;
  assert.deepEqual([avg, min, max], [50.5, 1, 100]);
  for (const [got, exact] of [[p50, 50.5], [p90, 90.1], [p95, 95.05], [p99, 99.01]] as const) {
    assert.ok(Math.abs(got - exact) <= exact / 64, `${got} for ${exact}`);
  }
});

Deno.test("summaries of several collectors merge", () => {
  const merged = new Registry();
  merged.merge(shop().registry);
  merged.merge(shop().registry);
  const summary = summarizeJob("shop", merged);
  assert.deepEqual([summary.count, summary.failed, summary.durationMs], [202, 12, 10_000]);
  assert.equal(summary.latency.max, 10_000);
  assert.equal(durationOf(merged), 10_000);
});

Deno.test("a job without results has a summary too", () => {
  const summary = summarizeJob("idle", new Registry());
  assert.deepEqual(
    [summary.count, summary.rate, summary.durationMs, summary.startedAt, summary.endpoints],
    [0, 0, 0, null, []],
  );
  assert.match(renderJobSummary(summary), /^idle {2}0 results, in 0ms/);
});

Deno.test("times of a clock that was never set don't count", () => {
  const totals = shop();
  for (const timestamp of ["0001-01-01T00:00:00Z", "", "soon", "9999-12-31T23:59:59Z"]) {
    totals.add(result(0, { timestamp }));
  }
  const { count, durationMs } = summarizeJob("shop", totals.registry);
  assert.deepEqual([count, durationMs], [105, 10_000]);
});

Deno.test("any number of URLs is a bounded number of rows, and no result is lost", () => {
  const totals = new ResultTotals();
  for (let n = 0; n < 20_000; n++) totals.add(result(n, { url: `http://h/${n}`, status: n % 7 }));
  const summary = summarizeJob("flood", totals.registry);
  assert.equal(summary.count, 20_000);
  assert.ok(summary.endpoints.length <= 1000, `${summary.endpoints.length}`);
  assert.equal(summary.endpoints.reduce((sum, { count }) => sum + count, 0), 20_000);
  assert.equal(summary.endpoints[0]!.url, "(other)");
});

Deno.test("the table has a row each, the busiest first, and all of them at the end", () => {
  const text = renderJobSummary(summarizeJob("shop", shop().registry), { width: 120 });
  const rows = text.trimEnd().split("\n").map((line) => line.trim().split(/ {2,}/));
  assert.deepEqual(rows[0], ["shop", "101 results, in 10s, 10.1/s, 1.00 kB"]);
  assert.deepEqual(rows[1]!.slice(0, 4), ["endpoint", "count", "rate", "p50"]);
  assert.deepEqual(rows[2]!.slice(0, 3), ["GET http://shop.example/cart", "100", "10.0/s"]);
  assert.deepEqual(rows[2]!.slice(-2), ["0%", "2xx 95, 5xx 5"]);
  assert.deepEqual(rows[3]!.slice(0, 2), ["POST http://shop.example/cart", "1"]);
  assert.deepEqual(rows[4]!.slice(0, 2), ["all", "101"]);
  const few = renderJobSummary(summarizeJob("shop", shop().registry), { rows: 1 });
  assert.match(few, /\n {2}and 1 more\n {2}all /);
});

Deno.test("names can't steer the terminal", () => {
  const totals = new ResultTotals();
  totals.add(result(1, { url: "http://h/\x1b[2J\n\u202e" }));
  const text = renderJobSummary(summarizeJob("job", totals.registry));
  for (const char of ["\x1b", "\u202e"]) assert.ok(!text.includes(char));
  assert.equal(text.split("\n").length, 5);
});
