import assert from "node:assert/strict";
import {
  accepting,
  freePort,
  type Program,
  programTest,
  startProgram,
} from "../../internal/programs_for_tests.ts";
import type { RunOutput } from "../../runner/mod.ts";
import {
  checkStatuses,
  envOf,
  flushed,
  type GivenSample,
  metric,
  runWith,
  samplesOf,
  sent,
  totals,
} from "../_totals_for_tests.ts";
import { readLines } from "./_read_lines_for_tests.ts";
import { influx2Output, influxOutput } from "./influx.ts";

const REQUESTS = metric("http_reqs", "counter");
const DURATION = metric("http_req_duration", "trend", "time");
const CHECKS = metric("checks", "rate");
const VUS = metric("vus", "gauge");

const decoder = new TextDecoder();
const textOf = (puts: readonly { payload: Uint8Array }[]) =>
  puts.map(({ payload }) => decoder.decode(payload)).join("");

Deno.test("a flush writes what came to each series since the last", () => {
  const { metrics, add } = totals();
  const output = influxOutput("", envOf());
  add(REQUESTS, { name: "a b" }, 1, 1);
  add(CHECKS, {}, 1, 1, 1, 0);
  add(VUS, {}, 7);
  add(DURATION, {}, 250, 250);
  const first = flushed(output, metrics, 1_700_000_000_123.4567);
  assert.equal(first.length, 1);
  assert.equal(first[0]!.count, 4);
  assert.equal(
    textOf(first),
    [
      "http_reqs,name=a\\ b value=2 1700000000123457000",
      "checks value=0.75,passes=3,total=4 1700000000123457000",
      "vus value=7 1700000000123457000",
      "http_req_duration count=2,sum=500,min=250,max=250,avg=250,med=250,p90=250,p95=250,p99=250" +
      " 1700000000123457000",
      "",
    ].join("\n"),
  );
  add(REQUESTS, { name: "a b" }, 5);
  const second = readLines(textOf(flushed(output, metrics, 1_700_000_001_000)));
  assert.deepEqual(second.map(({ measurement, fields }) => [measurement, fields]), [
    ["http_reqs", { value: "5" }],
    ["vus", { value: "7" }],
  ]);
});

Deno.test("tags that read the same don't replace each other's points", () => {
  const { metrics, add } = totals();
  add(REQUESTS, {}, 1);
  add(REQUESTS, { empty: "" }, 2);
  const output = influxOutput("", envOf());
  const times = () => readLines(textOf(flushed(output, metrics, 5))).map(({ time }) => time);
  assert.deepEqual(times(), ["5000000", "5000001"]);
  add(REQUESTS, { empty: "" }, 2);
  assert.deepEqual(times(), ["5000001"]);
});

/** What an output puts for samples. */
function ofSamples(output: RunOutput, samples: readonly GivenSample[]): string {
  const puts: { payload: Uint8Array }[] = [];
  const outbox = { put: (payload: Uint8Array) => void puts.push({ payload }) };
  output.addSamples!(samplesOf(samples), outbox);
  output.flush!({} as Parameters<NonNullable<RunOutput["flush"]>>[0], outbox);
  return textOf(puts);
}

Deno.test("with samples every one is a line, like k6's", () => {
  const output = influxOutput("http://h/db?samples=true", envOf());
  assert.equal(output.samples, true);
  const ms = 1_700_000_000_000;
  const text = ofSamples(output, [
    [DURATION, { url: 'http://x/"', method: "GET" }, ms + 0.5, 12.25],
    [DURATION, { url: "http://y/", method: "GET" }, ms + 0.5, -3],
    [VUS, { vu: "7", iter: "x" }, ms, 2],
  ]);
  assert.equal(
    text,
    [
      'http_req_duration,method=GET value=12.25,url="http://x/\\"" 1700000000000500000',
      // The same series and time as the one above, were it not for the last digit.
      'http_req_duration,method=GET value=-3,url="http://y/" 1700000000000500001',
      "vus value=2,vu=7i 1700000000000000000",
      "",
    ].join("\n"),
  );
});

Deno.test("which tags are fields can be said", () => {
  const env = envOf({ K6_INFLUXDB_TAGS_AS_FIELDS: "method, size:int" });
  const output = influxOutput("http://h/db?samples=true", env);
  const text = ofSamples(output, [[VUS, { vu: "7", method: "GET", size: "5" }, 1, 2]]);
  assert.equal(text, 'vus,vu=7 value=2,method="GET",size=5i 1000000\n');
  assert.equal(
    ofSamples(influxOutput("http://h/db?samples=1", envOf({ K6_INFLUXDB_TAGS_AS_FIELDS: "" })), [
      [VUS, { vu: "7" }, 1, 2],
    ]),
    "vus,vu=7 value=2 1000000\n",
  );
});

Deno.test("lines go in requests of half a megabyte", () => {
  const { metrics, add } = totals();
  for (let i = 0; i < 900; i++) {
    for (let j = 0; j < 10; j++) add(DURATION, { page: `${i}`, kind: `${j}` }, i);
  }
  const puts = flushed(influxOutput("", envOf()), metrics, 1000);
  assert.ok(puts.length > 1);
  assert.equal(puts.reduce((sum, { count }) => sum + count, 0), 9000);
  for (const { payload } of puts) assert.ok(payload.length < 513 * 1024);
  assert.equal(readLines(textOf(puts)).length, 9000);
});

for (const [version, make] of [["1", influxOutput], ["2", influx2Output]] as const) {
  Deno.test(`each status of InfluxDB ${version} is taken for what it is`, async () => {
    await checkStatuses(
      (origin) => make(`${origin}?${version === "2" ? "bucket=b" : ""}`, envOf()),
      [
        [204, "sent"],
        [400, "refused"],
        [401, "refused"],
        [404, "refused"],
        [413, "refused"],
        [429, "retried"],
        [500, "retried"],
        [503, "retried"],
      ],
    );
  });
}

/** Rows of a query. */
async function query(origin: string, database: string, q: string): Promise<unknown[][]> {
  const url = `${origin}/query?db=${encodeURIComponent(database)}&q=${encodeURIComponent(q)}`;
  const { results } = await (await fetch(url)).json();
  return results[0].series?.[0]?.values ?? [];
}

async function startInflux(): Promise<Program & { origin: string }> {
  const [port, rpc] = [freePort(), freePort()];
  const config = `
reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
dir = "$FOLDER/meta"
[data]
dir = "$FOLDER/data"
wal-dir = "$FOLDER/wal"
[http]
bind-address = "127.0.0.1:${port}"
[monitor]
store-enabled = false
`;
  const program = await startProgram(
    'exec influxd -config "$0/influxdb.conf"',
    { "influxdb.conf": config },
    () => accepting(port),
  );
  return Object.assign(program, { origin: `http://127.0.0.1:${port}` });
}

await programTest(
  ["influxd"],
  "InfluxDB has a run's totals, by interval and by sample",
  async () => {
    await using server = await startInflux();
    const outputs = ["intervals", 'every "sample"?samples=true'].map((database) =>
      influxOutput(`${server.origin}/${database}`, envOf())
    );
    const result = await runWith(outputs, 400);
    for (const { dropped, errors, firstError } of result.outputs) {
      assert.deepEqual([dropped, errors, firstError], [0, 0, null]);
    }
    const intervals = (q: string) => query(server.origin, "intervals", q);
    const samples = (q: string) => query(server.origin, 'every "sample"', q);
    assert.equal((await intervals('SELECT sum("value") FROM iterations'))[0]![1], 400);
    assert.equal((await intervals('SELECT sum("value") FROM orders'))[0]![1], 1200);
    assert.equal((await intervals('SELECT sum("count"), sum("sum") FROM basket'))[0]![1], 400);
    assert.equal((await intervals('SELECT max("p95") FROM basket'))[0]![1], 250);
    const tagged =
      `SELECT sum("value") FROM orders WHERE "testid" = 'shop 1' AND scenario = 'default'`;
    assert.equal((await intervals(tagged))[0]![1], 1200);
    assert.equal((await samples('SELECT count("value") FROM basket'))[0]![1], 400);
    assert.equal((await samples('SELECT sum("value") FROM orders'))[0]![1], 1200);
    assert.equal((await samples('SELECT percentile("value", 95) FROM basket'))[0]![1], 250);
  },
);

await programTest(
  ["influxd"],
  "InfluxDB reads each tag as it was, but for what has no escape",
  async () => {
    await using server = await startInflux();
    const output = influxOutput(`${server.origin}/db`, envOf());
    const { metrics, add } = totals();
    const values: [value: string, read?: string][] = [
      ["plain"],
      ["a b,c=d"],
      ["C:\\dir\\file"],
      ["a\\,b\\ c\\=d"],
      ["\\\\x"],
      ['"quoted" ünï 😀\ttab'],
      ["ends\\\\", "ends//"],
      ["two\r\nlines", "two  lines"],
    ];
    for (const [i, [value]] of values.entries()) {
      add(metric(`m${i}`, "counter"), { v: value, [`k ,=${i}`]: "x" }, 1e21);
    }
    add(metric("reserved", "counter"), { time: "x" }, 1);
    for (const { payload } of flushed(output, metrics, Date.now())) await sent(output, payload);
    for (const [i, [value, read]] of values.entries()) {
      const q = `SELECT "v", "value", "k ,=${i}" FROM m${i}`;
      const [row] = await query(server.origin, "db", q);
      assert.deepEqual(row!.slice(1), [read ?? value, 1e21, "x"]);
    }
    const reserved = await query(server.origin, "db", 'SELECT "tag_time", "value" FROM reserved');
    assert.equal(reserved[0]![1], "x");
  },
);
