import assert from "node:assert/strict";
import { Histogram } from "../../metrics/mod.ts";
import type { RunOptions, ShardReport } from "../../runner/mod.ts";
import { fakeRecord, noIterations } from "../../results/record_for_tests.ts";
import { markup } from "../drawing/node.ts";
import { plotsOf } from "../drawing/plots.ts";
import { recordOf, type Sample } from "./pages_for_tests.ts";
import { pageData, pageRun } from "./page_data.ts";
import { clockText, startText, stateText } from "./state_text.ts";
import { tilesOf } from "./tiles.ts";
import { familiesIn, latencyLines, splitLines, startLines, statOf } from "./views.ts";

Deno.test("the page's numbers are those of the summary", () => {
  const record = fakeRecord({ seconds: 30 });
  const data = pageData(record);
  const { metrics, run } = record.summary;
  assert.equal(statOf(data.now, "http_reqs", "count"), metrics["http_reqs"]!.values["count"]);
  for (const stat of ["avg", "med", "p(99)", "p(99.9)", "max"]) {
    const value = metrics["http_req_duration"]!.values[stat];
    assert.equal(statOf(data.now, "http_req_duration", stat), value, stat);
  }
  const rows = data.now.rows.filter(({ table }) => table === "endpoint");
  assert.deepEqual(
    rows.map(({ name, count, failed }) => [name, count, failed]),
    run.endpoints.map(({ name, requests, failed }) => [
      `GET ${new URL(name).pathname}`,
      requests,
      failed,
    ]),
  );
  assert.equal(rows[0]!.times!.p99, Number(run.endpoints[0]!.duration["p(99)"].toPrecision(6)));
});

Deno.test("thresholds colour the tile of what they are about, and say how far off they are", () => {
  const data = pageData(fakeRecord({ seconds: 30 }));
  const tiles = tilesOf(data, familiesIn(data.now)[0]!);
  assert.deepEqual(
    tiles.map(({ id, tone }) => [id, tone]),
    [
      ...[["rate", "none"], ["p50", "none"], ["p99", "bad"], ["errors", "ok"], ["vus", "none"]],
      ["bytes", "none"],
    ],
  );
  assert.deepEqual(tiles[2]!.failed, ["http_req_duration p(99)<10"]);
  assert.match(data.now.thresholds[1]!.text, /over 10\.0ms; worst: GET \/cart/);
  assert.deepEqual(stateText(data.now), { text: "1 threshold failed", tone: "bad" });
});

const counter = (metric: string, tags: Record<string, string>, value = 2): Sample => ({
  ...{ second: 0, metric, type: "counter", value, tags },
});
const trend = (metric: string, tags: Record<string, string>): Sample => ({
  ...{ second: 0, metric, type: "trend", value: 5, tags, contains: "time" },
});

Deno.test("groups have a table: inner ones behind theirs, those of setup and teardown left out", () => {
  const paths = ["::setup", "::buy", "::browse", "::buy::pay", "::buy", ""];
  const samples = paths.map((group) => trend("group_duration", { group }));
  const { now, shapes } = pageData(recordOf(1, samples));
  const rows = now.rows.filter(({ table }) => table === "group");
  assert.deepEqual(
    rows.map(({ key, name, count, times }) => [key, name, count, times?.max]),
    [
      ["group ::buy", "buy", 2, 5],
      ["group ::buy::pay", "buy › pay", 1, 5],
      ["group ::browse", "browse", 1, 5],
    ],
  );
  assert.equal(shapes["group ::buy"]?.count, 2);
});

const PROTOCOLS: readonly {
  readonly family: string;
  readonly samples: readonly Sample[];
  readonly row: string;
  readonly unit: string;
}[] = [
  {
    family: "nats",
    samples: [
      counter("nats_msgs_sent", { subject: "orders.new" }),
      trend("nats_request_duration", { subject: "orders.new" }),
    ],
    row: "orders.new",
    unit: "messages/s",
  },
  {
    family: "packets",
    samples: [
      counter("packet_packets_sent", { endpoint: "127.0.0.1:9000", transport: "udp" }),
      trend("packet_responding", { endpoint: "127.0.0.1:9000", transport: "udp" }),
    ],
    row: "127.0.0.1:9000",
    unit: "packets/s",
  },
  {
    family: "wrpc",
    samples: [counter("wrpc_transport_invocations_out", { transport: "tcp" })],
    row: "tcp",
    unit: "invocations/s",
  },
  {
    family: "wrpc_http",
    samples: [
      counter("wrpc_http_request", { method: "GET", name: "/a" }),
      trend("wrpc_http_duration", { method: "GET", name: "/a" }),
    ],
    row: "GET /a",
    unit: "requests/s",
  },
  {
    family: "sockets",
    samples: [counter("net_sockets", { kind: "udp" }), trend("net_connecting", { kind: "udp" })],
    row: "udp",
    unit: "sockets/s",
  },
];

for (const { family, samples, row, unit } of PROTOCOLS) {
  Deno.test(`a run of ${family} is shown by its own numbers`, () => {
    const data = pageData(recordOf(2, [...samples, counter("iterations", { scenario: "s" })]));
    const main = familiesIn(data.now)[0]!;
    assert.equal(main.id, family);
    const endpoint = data.now.rows.find(({ table }) => table === "endpoint");
    assert.deepEqual([endpoint?.name, endpoint?.count], [row, 2]);
    assert.equal(tilesOf(data, main)[0]!.label, unit);
    assert.deepEqual(splitLines(data, main)[0]!.values, [2, 0]);
    const timed = samples.some(({ type }) => type === "trend");
    assert.equal(latencyLines(data, main)[0]?.values[0] ?? null, timed ? 5 : null);
  });
}

Deno.test("a run without any sample is shown as one of iterations", () => {
  const data = pageData(recordOf(1, []));
  assert.equal(familiesIn(data.now)[0]!.id, "iterations");
  assert.equal(tilesOf(data, familiesIn(data.now)[0]!)[2]!.value, "–");
});

Deno.test("late and dropped starts are a plot of their own, where there are any", () => {
  const dropping = (samples: Sample[]) => pageData(recordOf(2, samples));
  const plain = dropping([]);
  assert.deepEqual(startLines(plain), []);
  assert.ok(!plotsOf(plain).some(({ name }) => name === "starts"));
  const data = dropping([counter("dropped_iterations", {}, 4)]);
  assert.deepEqual(
    startLines(data).map(({ label, values }) => [label, values]),
    [["late", [0, 0]], ["dropped", [4, 0]]],
  );
  const plot = plotsOf(data).find(({ name }) => name === "starts");
  assert.match(markup(plot!.node), /Late and dropped starts/);
});

Deno.test("a scenario says what can be set of it, as it was set last", () => {
  const arrival = { name: "open", timeUnitMs: 60_000, executor: "ramping-arrival-rate" };
  const scenarios = [
    { name: "steer", executor: "externally-controlled", vus: 2, maxVUs: 6 },
    { ...arrival, startRate: 60, stages: [{ durationMs: 1000, target: 600 }] },
    { name: "fixed", executor: "constant-vus", vus: 2 },
  ] as unknown as RunOptions["scenarios"];
  const shown = (steered: Record<string, number>) =>
    pageRun("run", "", { scenarios }, [], steered).scenarios.map((
      { vus, maxVUs, rate, maxRate },
    ) => [vus, maxVUs, rate, maxRate]);
  const fixed = [0, null, null, 0];
  assert.deepEqual(shown({}), [[2, 6, null, 0], [0, null, 1, 20], fixed]);
  assert.deepEqual(shown({ steer: 9, open: 50 }), [[9, 9, null, 0], [0, null, 50, 100], fixed]);
});

const LINK = {
  ...{ agent: "rack-7", labels: {}, clockOffsetMs: -1.25, clockErrorMs: 0.3, startedAt: null },
  ...{ lost: 0, missing: 0, silent: false },
};

function shard(index: number, more: Partial<ShardReport>): ShardReport {
  return {
    ...{ index, name: `shard ${index}`, state: "done", reason: null, instead: null, share: 0.5 },
    ...{ iterations: noIterations, vus: 4, cpuShare: 0.25, lagP99Ms: 1.5, link: null },
    durations: new Histogram(),
    ...more,
  };
}

Deno.test("a shard is a row with where it runs and how it keeps up", () => {
  const lost = { state: "lost", reason: "it hung", link: LINK } as const;
  const { now } = pageData(recordOf(1, [], { shards: [shard(0, {}), shard(1, lost)] }));
  const rows = now.rows.filter(({ table }) => table === "shard");
  assert.deepEqual(rows.map(({ name }) => name), ["shard 0", "shard 1: lost, it hung"]);
  const [here, there] = rows.map((row) => row.shard!);
  assert.deepEqual(here, {
    ...{ state: "done", share: 0.5, vus: 4, cpuShare: 0.25, lagP99Ms: 1.5, agent: "" },
    ...{ clockOffsetMs: null, clockErrorMs: null, startMs: null, missing: 0 },
  });
  assert.deepEqual([there!.agent, clockText(there!), clockText(here!)], [
    ...["rack-7", "-1.25 ms ± 300 µs", "–"],
  ]);
});

Deno.test("a shard elsewhere tells how long after the first it began, and what did not come of it", () => {
  const at = (startedAt: number) => ({ link: { ...LINK, startedAt, lost: 2, missing: 3 } });
  const { now } = pageData(recordOf(1, [], { shards: [shard(0, at(1002.5)), shard(1, at(1000))] }));
  const rows = now.rows.filter(({ table }) => table === "shard").map((row) => row.shard!);
  assert.deepEqual(rows.map(startText), ["+2.50 ms", "+0 ms"]);
  assert.deepEqual(rows.map(({ missing }) => missing), [5, 5]);
});

Deno.test("a shard's row has how long its own iterations took, by percentile and as a histogram", () => {
  const durations = (...values: number[]) => {
    const histogram = new Histogram();
    for (const value of values) histogram.add(value);
    return { durations: histogram };
  };
  const shards = [shard(0, durations(5, 5, 5)), shard(1, durations(400)), shard(2, {})];
  const { now, shapes } = pageData(recordOf(1, [], { shards }));
  const rows = now.rows.filter(({ table }) => table === "shard");
  assert.deepEqual(rows.map(({ times }) => times && [times.p50, times.max]), [
    ...[[5, 5], [400, 400], null],
  ]);
  assert.deepEqual(rows.map(({ key }) => shapes[key]?.count), [3, 1, undefined]);
});

Deno.test("errors are told by kind and place", () => {
  const tags = { method: "GET", name: "/cart" };
  const { now } = pageData(recordOf(1, [
    counter("http_reqs", { ...tags, status: "200" }, 9),
    counter("http_reqs", { ...tags, status: "503", error_code: "1503" }, 3),
    counter("http_reqs", { ...tags, status: "0", error_code: "1212", error: "refused" }, 1),
    counter("nats_errors", { code: "25", reason: "timeout" }, 2),
  ]));
  assert.deepEqual(now.errors, [
    { text: "status 503", where: "GET /cart", count: 3 },
    { text: "NATS 25 timeout", where: "", count: 2 },
    { text: "refused (1212)", where: "GET /cart", count: 1 },
  ]);
});

Deno.test("a histogram keeps its count, its bounds and the places of its values", () => {
  const data = pageData(fakeRecord({ seconds: 20 }));
  const row = data.now.rows[0]!;
  const { buckets, count, min, max } = data.shapes[row.key]!;
  const counts = buckets.filter((_, i) => i % 2 === 1);
  const bounds = buckets.filter((_, i) => i % 2 === 0);
  assert.ok(Math.abs(counts.reduce((a, b) => a + b, 0) / count - 1) < 0.001);
  assert.deepEqual(bounds, [...bounds].sort((a, b) => a - b));
  assert.ok(bounds[0]! <= min && max < bounds.at(-1)! * 2 ** (1 / 16) * 1.01);
});

Deno.test("a heatmap in a file has no more columns than a screen shows, and all values", () => {
  const record = fakeRecord({ seconds: 700 });
  const heat = pageData(record).timeline.series.find(({ metric, tags }) =>
    metric === "http_req_duration" && Object.keys(tags).length === 0
  )!.heat!;
  assert.ok(heat.length <= 300 && heat.length > 200, `${heat.length}`);
  const total = heat.flat().filter((_, i) => i % 2 === 1).reduce((a, b) => a + b, 0);
  assert.equal(total, record.summary.metrics["http_reqs"]!.values["count"]);
});
