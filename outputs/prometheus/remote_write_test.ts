import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import {
  accepting,
  freePort,
  type Program,
  programTest,
  startProgram,
} from "../../internal/programs_for_tests.ts";
import { SendError } from "../../runner/mod.ts";
import {
  checkStatuses,
  envOf,
  flushed,
  metric,
  runWith,
  sent,
  totals,
  withServer,
} from "../_totals_for_tests.ts";
import { readWriteRequest } from "./_write_request_for_tests.ts";
import { prometheusOutput } from "./remote_write.ts";

const REQUESTS = metric("http_reqs", "counter");
const DURATION = metric("http_req_duration", "trend", "time");
const CHECKS = metric("checks", "rate");
const VUS = metric("vus", "gauge");

/** `name{labels} value` of each sample that was put. */
function texts(puts: readonly { payload: Uint8Array }[]): string[] {
  return puts.flatMap(({ payload }) => readWriteRequest(payload)).map(({ labels, samples }) => {
    const [name, ...rest] = labels.toSorted(([a], [b]) =>
      Number(b === "__name__") - Number(a === "__name__")
    );
    const inner = rest.map((label) => label.join("=")).join(",");
    return `${name![1]}{${inner}} ${samples.map(({ value, time }) => `${value}@${time}`)}`;
  });
}

Deno.test("totals become k6's names, trends in seconds", () => {
  const { metrics, add } = totals();
  add(REQUESTS, { method: "GET" }, 1, 1, 1);
  add(CHECKS, {}, 1, 1, 1, 0);
  add(VUS, {}, 7);
  add(DURATION, { status: "200" }, 250, 250);
  add(metric("depth", "trend"), {}, 5, 5);
  const env = envOf({
    K6_PROMETHEUS_RW_TREND_STATS: "p(99.9), max,count,sum",
    K6_PROMETHEUS_RW_LABELS: "env=ci",
  });
  assert.deepEqual(texts(flushed(prometheusOutput("", env), metrics, 1000.7)), [
    "k6_http_reqs_total{env=ci,method=GET} 3@1000",
    "k6_checks_rate{env=ci} 0.75@1000",
    "k6_vus{env=ci} 7@1000",
    "k6_http_req_duration_p999{env=ci,status=200} 0.25@1000",
    "k6_http_req_duration_max{env=ci,status=200} 0.25@1000",
    "k6_http_req_duration_count{env=ci,status=200} 2@1000",
    "k6_http_req_duration_sum{env=ci,status=200} 0.5@1000",
    "k6_depth_p999{env=ci} 5@1000",
    "k6_depth_max{env=ci} 5@1000",
    "k6_depth_count{env=ci} 2@1000",
    "k6_depth_sum{env=ci} 10@1000",
  ]);
});

Deno.test("only what changed is sent, all of it once a minute and at the end", () => {
  const { metrics, add } = totals();
  const output = prometheusOutput("", envOf());
  add(REQUESTS, {}, 1);
  add(VUS, {}, 7);
  assert.equal(texts(flushed(output, metrics, 1000)).length, 2);
  add(REQUESTS, {}, 1);
  assert.deepEqual(texts(flushed(output, metrics, 6000)), ["k6_http_reqs_total{} 2@6000"]);
  assert.deepEqual(flushed(output, metrics, 11_000), []);
  assert.deepEqual(texts(flushed(output, metrics, 61_000)), ["k6_vus{} 7@61000"]);
  // A second look in one millisecond gets a time of its own.
  assert.deepEqual(texts(flushed(output, metrics, 61_000, true)), [
    "k6_http_reqs_total{} 2@61001",
    "k6_vus{} 7@61001",
  ]);
});

Deno.test("many series go in requests of 2000 samples", () => {
  const { metrics, add } = totals();
  for (let i = 0; i < 900; i++) add(DURATION, { name: `page ${i}` }, i);
  const env = envOf({ K6_PROMETHEUS_RW_TREND_STATS: "p(90),p(95),p(99),max,min" });
  const puts = flushed(prometheusOutput("", env), metrics, 1000);
  assert.deepEqual(puts.map(({ count }) => count), [2000, 2000, 500]);
  assert.equal(new Set(texts(puts)).size, 4500);
});

Deno.test("with stale markers every series ends in one", () => {
  const { metrics, add } = totals();
  const output = prometheusOutput("", envOf({ K6_PROMETHEUS_RW_STALE_MARKERS: "true" }));
  add(REQUESTS, {}, 1);
  flushed(output, metrics, 1000, true);
  const puts: { payload: Uint8Array }[] = [];
  output.finish?.(null, { put: (payload) => void puts.push({ payload }) });
  assert.deepEqual(texts(puts), ["k6_http_reqs_total{} NaN@1001"]);
  const hex = puts[0]!.payload.toHex();
  assert.ok(hex.includes("020000000000f07f"), hex);
});

Deno.test("a request says what it is, who sends it and who may", async () => {
  await withServer(() => new Response(), async (origin, requests) => {
    const { add, metrics } = totals();
    add(REQUESTS, {}, 1);
    const env = envOf({ K6_PROMETHEUS_RW_HTTP_HEADERS: "X-Scope-OrgID:shop,x-b:2" });
    const output = prometheusOutput(origin.replace("//", "//us%40er:pa%3Ass@") + "/write?x=1", env);
    assert.equal(output.name, `prometheus (${origin}/write)`);
    for (const { payload } of flushed(output, metrics, 1)) await sent(output, payload);
    const { target, headers, body } = requests[0]!;
    assert.equal(target, "/write?x=1");
    assert.equal(readWriteRequest(body).length, 1);
    assert.equal(headers.get("authorization"), `Basic ${btoa("us@er:pa:ss")}`);
    assert.equal(headers.get("content-encoding"), "snappy");
    assert.equal(headers.get("content-type"), "application/x-protobuf");
    assert.equal(headers.get("x-prometheus-remote-write-version"), "0.1.0");
    assert.equal(headers.get("x-scope-orgid"), "shop");
    assert.equal(headers.get("x-b"), "2");
    assert.match(headers.get("user-agent")!, /^Downpour\/\d/);
  });
});

Deno.test("a password with a % by itself is sent as it stands", async () => {
  await withServer(() => new Response(), async (origin, requests) => {
    const output = prometheusOutput(origin.replace("//", "//me:100%zz@"), envOf());
    await sent(output, new Uint8Array(1));
    assert.equal(requests[0]!.headers.get("authorization"), `Basic ${btoa("me:100%zz")}`);
  });
});

Deno.test("each status is taken as the specification has it", async () => {
  await checkStatuses((origin) => prometheusOutput(origin, envOf()), [
    [200, "sent"],
    [204, "sent"],
    [301, "refused"],
    [307, "refused"],
    [400, "refused"],
    [401, "refused"],
    [404, "refused"],
    [413, "refused"],
    [429, "retried"],
    [500, "retried"],
    [503, "retried"],
  ]);
});

Deno.test("a server that isn't there is tried again, and is named without its password", async () => {
  const output = prometheusOutput(`http://me:secret@127.0.0.1:${freePort()}/w?k=secret`, envOf());
  await assert.rejects(sent(output, new Uint8Array(1)), (error) => {
    assert.ok(error instanceof SendError && error.retry);
    return /^can't reach http:\/\/127\.0\.0\.1:\d+\/w: .*[Cc]onnection refused$/.test(
      error.message,
    );
  });
});

Deno.test("what can't be used is refused by name", () => {
  const rw = (name: string, value: string) => envOf({ [`K6_PROMETHEUS_RW_${name}`]: value });
  const cases: [arg: string, env: ReturnType<typeof envOf>, message: RegExp][] = [
    [
      "localhost:9090",
      envOf(),
      /^--out prometheus takes a URL of http or https, not "localhost:90/,
    ],
    ["ftp://me:secret@x/", envOf(), /not "ftp:\/\/\*\*\*@x\/" \(write it like http/],
    ["http://me:sec/ret@x:secret@y/?secret", envOf(), /not "http:\/\/\*\*\*@y\/\?…"/],
    ["me:secret@x", envOf(), /not "\*\*\*@x"/],
    ["", rw("SERVER_URL", "nonsense"), /^K6_PROMETHEUS_RW_SERVER_URL takes a URL/],
    ["", rw("TREND_STATS", "p(95),p(101)"), /no statistic of trends: "p\(101\)"/],
    ["", rw("TREND_STATS", "p(95),p(9.5)"), /names two statistics p95: "p\(9\.5\)"/],
    ["", rw("PUSH_INTERVAL", "5x"), /PUSH_INTERVAL is not a duration/],
    ["", rw("PUSH_INTERVAL", "1ms"), /PUSH_INTERVAL is below 100ms: "1ms"/],
    ["", rw("STALE_MARKERS", "yes"), /STALE_MARKERS is neither true nor false: "yes"/],
    ["", rw("LABELS", "a-b=1"), /LABELS has a name that Prometheus does not take: "a-b"/],
    ["", rw("LABELS", "a=1,b"), /LABELS has an entry that is not NAME=VALUE, number 2/],
    ["", rw("HTTP_HEADERS", "a b:secret"), /has a header that can't be sent: "a b"$/],
    ["", rw("INSECURE_SKIP_TLS_VERIFY", "true"), /is not supported \(name the authority's/],
    ["", rw("TREND_AS_NATIVE_HISTOGRAM", "1"), /is not supported \(name percentiles/],
    ["", rw("SIGV4_REGION", "eu"), /is not supported \(put a proxy/],
  ];
  for (const [arg, env, message] of cases) {
    assert.throws(() => prometheusOutput(arg, env), (error) => {
      assert.ok(error instanceof OptionError);
      assert.match(error.message, message);
      return !error.message.includes("secret");
    });
  }
});

/** What Prometheus answers to a query: value by name and labels. */
async function query(origin: string, expression: string): Promise<Record<string, number>> {
  const url = `${origin}/api/v1/query?query=${encodeURIComponent(expression)}`;
  const { data } = await (await fetch(url)).json();
  const found: Record<string, number> = {};
  for (const { metric, value } of data.result) {
    const { __name__, ...labels } = metric;
    found[`${__name__} ${JSON.stringify(labels)}`] = Number(value[1]);
  }
  return found;
}

async function startPrometheus(): Promise<Program & { origin: string }> {
  const port = freePort();
  const program = await startProgram(
    `exec prometheus --config.file="$0/prometheus.yml" --storage.tsdb.path="$0/data" ` +
      `--web.listen-address=127.0.0.1:${port} --web.enable-remote-write-receiver`,
    { "prometheus.yml": "global: { scrape_interval: 1h }\n" },
    async () =>
      await accepting(port) &&
      (await fetch(`http://127.0.0.1:${port}/-/ready`).then(async (response) => {
        await response.body?.cancel();
        return response.ok;
      })),
  );
  return Object.assign(program, { origin: `http://127.0.0.1:${port}` });
}

await programTest(["prometheus"], "Prometheus has a run's totals after it", async () => {
  await using server = await startPrometheus();
  const env = envOf({ K6_PROMETHEUS_RW_TREND_STATS: "p(95),count" });
  const output = prometheusOutput(`${server.origin}/api/v1/write`, env);
  const { outputs, metrics } = await runWith([output], 50);
  assert.deepEqual(outputs.map(({ dropped, errors }) => ({ dropped, errors })), [
    { dropped: 0, errors: 0 },
  ]);
  const labels = '{"scenario":"default","testid":"shop 1"}';
  const found = await query(server.origin, '{__name__=~"k6_.*"}');
  assert.equal(found[`k6_iterations_total ${labels}`], 50);
  assert.equal(found[`k6_orders_total ${labels}`], 150);
  assert.equal(found[`k6_basket_count ${labels}`], 50);
  assert.equal(found[`k6_basket_p95 ${labels}`], 0.25);
  const duration = metrics.select("iteration_duration");
  assert.equal(duration?.type === "trend" && duration.histogram.count, 50);
  assert.equal(found[`k6_iteration_duration_count ${labels}`], 50);
});

await programTest(["prometheus"], "Prometheus takes every tag, and refuses the past", async () => {
  await using server = await startPrometheus();
  const output = prometheusOutput(`${server.origin}/api/v1/write`, envOf());
  const { metrics, add } = totals();
  const value = 'line\nquote" back\\slash, ünï {}=~';
  add(REQUESTS, { "we ird,tag=": value, le: "1", empty: "" }, 4);
  add(REQUESTS, { "we ird_tag=": value, le: "1" }, 2);
  for (let i = 0; i < 5000; i++) {
    add(VUS, { name: `page ${i % 900}`, n: `${Math.floor(i / 900)}` }, i);
  }
  const now = Date.now();
  for (const { payload } of flushed(output, metrics, now)) await sent(output, payload);
  assert.deepEqual(await query(server.origin, "k6_http_reqs_total"), {
    [`k6_http_reqs_total ${JSON.stringify({ tag_le: "1", we_ird_tag_: value })}`]: 4,
    [`k6_http_reqs_total ${JSON.stringify({ tag_le: "1", tag_set: "2", we_ird_tag_: value })}`]: 2,
  });
  assert.deepEqual(Object.values(await query(server.origin, "count(k6_vus)")), [
    [...metrics.series("vus")].length,
  ]);

  add(REQUESTS, { "we ird,tag=": value, le: "1", empty: "" }, 1);
  const late = prometheusOutput(`${server.origin}/api/v1/write`, envOf());
  const [{ payload } = { payload: new Uint8Array() }] = flushed(late, metrics, now - 60_000);
  await assert.rejects(sent(late, payload), (error) => {
    assert.ok(error instanceof SendError && !error.retry);
    return /answers 400: out of order sample/.test(error.message);
  });
});
