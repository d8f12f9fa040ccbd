import assert from "node:assert/strict";
import type { Goal } from "./goals.ts";
import { formatResults, goals, type HttpResults } from "./report.ts";
import type { Sample } from "./sample.ts";

function sample(requestsPerSecond: number, cpuUsPerRequest: number): Sample {
  return { requests: 1000, requestsPerSecond, cpuUsPerRequest, p50Ms: 1, p99Ms: 2, failed: 0 };
}

const RESULTS: HttpResults = {
  rates: new Map([
    ["wrk -t1", [sample(200_000, 4), sample(100_000, 8)]],
    ["bare loop", [sample(190_000, 5), sample(95_000, 10)]],
    ["downpour URL", [sample(120_000, 8), sample(60_000, 16)]],
    ["k6", [sample(20_000, 44), null]],
  ]),
  cases: new Map(),
};

function value(list: readonly Goal[], figure: string): number | undefined {
  return list.find((goal) => goal.figure === figure)?.value?.median;
}

Deno.test("goals compares within rounds and leaves out what was not measured", () => {
  const list = goals(RESULTS);
  assert.equal(value(list, "throughput, of wrk's"), 0.6);
  assert.equal(value(list, "CPU per request, of the bare loop's"), 1.6);
  assert.equal(value(list, "CPU per request, of k6's"), 8 / 44);
  assert.equal(value(list, "first request, deno run"), undefined);
});

Deno.test("goals takes memory per VU above the idle run", () => {
  const run = {
    shards: 1,
    pauseSeconds: 1,
    readySeconds: 1,
    requests: 1,
    failed: 0,
    p99Ms: 1,
    problem: null,
  };
  const idle = { ...run, vus: 1, connected: 1, rssBytes: 80e6 };
  const sleepers = { ...run, vus: 5000, connected: 5000, rssBytes: 180e6 };
  const list = goals({ rates: new Map(), cases: new Map(), idle, sleepers });
  assert.equal(value(list, "RSS per VU, 5000 VUs"), 20);
  assert.equal(value(list, "ready, 5000 VUs"), 1);
  const lost = { ...sleepers, problem: "shard 0 hung" };
  const without = goals({ rates: new Map(), cases: new Map(), idle, sleepers: lost });
  assert.equal(value(without, "RSS per VU, 5000 VUs"), undefined);
});

Deno.test("formatResults shows generators and reached figures, and no row for the others", () => {
  const text = formatResults(RESULTS);
  assert.match(text, /^downpour URL +90,000 \(60,000–120,000\) /m);
  assert.match(text, /^throughput, of wrk's +0\.60 \(0\.60–0\.60\) +× +≥ 0\.6 +≥ 0\.75 +goal$/m);
  assert.doesNotMatch(text, /RSS per VU|first request/);
});
