import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import {
  accepting,
  freePort,
  programTest,
  startProgram,
} from "../../internal/programs_for_tests.ts";
import { flushed, INFO, metric, runWith, totals } from "../_totals_for_tests.ts";
import { openMetrics } from "./exposition.ts";
import { scrapeOutput } from "./scrape.ts";

const REQUESTS = metric("http_reqs", "counter");
const DURATION = metric("http_req_duration", "trend", "time");

function example() {
  const { metrics, add } = totals();
  add(REQUESTS, { name: 'a"b\\c\nd' }, 3);
  add(metric("checks", "rate"), {}, 1, 0);
  add(metric("vus", "gauge"), {}, 2);
  add(DURATION, { status: "200" }, 3, 80, 80, 4000, 90_000);
  return metrics;
}

Deno.test("totals are written as OpenMetrics", () => {
  const lines = openMetrics(example(), "histogram").split("\n");
  const bucket = (le: string, count: number) =>
    `k6_http_req_duration_seconds_bucket{status="200",le="${le}"} ${count}`;
  assert.deepEqual(lines, [
    "# TYPE k6_http_reqs counter",
    'k6_http_reqs_total{name="a\\"b\\\\c\\nd"} 3',
    "# TYPE k6_checks_rate gauge",
    "k6_checks_rate 0.5",
    "# TYPE k6_vus gauge",
    "k6_vus 2",
    "# TYPE k6_http_req_duration_seconds histogram",
    "# UNIT k6_http_req_duration_seconds seconds",
    ...[bucket("0.001", 0), bucket("0.0025", 0), bucket("0.005", 1), bucket("0.01", 1)],
    ...[bucket("0.025", 1), bucket("0.05", 1), bucket("0.1", 3), bucket("0.25", 3)],
    ...[bucket("0.5", 3), bucket("1.0", 3), bucket("2.5", 3), bucket("5.0", 4)],
    ...[bucket("10.0", 4), bucket("30.0", 4), bucket("60.0", 4), bucket("+Inf", 5)],
    'k6_http_req_duration_seconds_count{status="200"} 5',
    'k6_http_req_duration_seconds_sum{status="200"} 94.163',
    "# EOF",
    "",
  ]);
});

Deno.test("a summary has percentiles; a sum only where nothing is negative", () => {
  const { metrics, add } = totals();
  add(metric("delta", "trend"), {}, -2, -2, -2);
  assert.deepEqual(openMetrics(metrics, "summary").split("\n"), [
    "# TYPE k6_delta summary",
    ...["0.5", "0.9", "0.95", "0.99", "0.999"].map((q) => `k6_delta{quantile="${q}"} -2`),
    "k6_delta_count 3",
    "# EOF",
    "",
  ]);
});

Deno.test("the endpoint has the totals of the last flush, at /metrics alone", async () => {
  const port = freePort();
  const output = scrapeOutput(`127.0.0.1:${port}`);
  await output.start!(INFO);
  const get = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
    return {
      status: response.status,
      type: response.headers.get("content-type"),
      text: await response.text(),
    };
  };
  try {
    assert.equal((await get("/metrics")).text, "# EOF\n");
    const { metrics, add } = totals();
    add(REQUESTS, {}, 1);
    assert.deepEqual(flushed(output, metrics, 1), []);
    const first = await get("/metrics?x=1");
    assert.match(first.type!, /^application\/openmetrics-text; version=1\.0\.0/);
    assert.match(first.text, /^k6_http_reqs_total 1$/m);
    add(REQUESTS, {}, 1);
    flushed(output, metrics, 2);
    assert.match((await get("/metrics")).text, /^k6_http_reqs_total 2$/m);
    assert.equal((await get("/metrics", { method: "HEAD" })).text, "");
    assert.equal((await get("/")).status, 404);
    assert.equal((await get("/metrics", { method: "POST", body: "x" })).status, 405);
  } finally {
    await output.close!();
  }
  assert.equal(await accepting(port), false);
});

Deno.test("an endpoint of this machine alone is not read by a name that leads to it", async () => {
  const [port, open] = [freePort(), freePort()];
  const statuses: number[] = [];
  for (const [at, query] of [[port, ""], [open, "?public=true"]] as const) {
    const output = scrapeOutput(`127.0.0.1:${at}${query}`);
    await output.start!(INFO);
    try {
      for (const host of ["127.0.0.1", `localhost:${at}`, "[::1]", "rebound.example", "10.0.0.1"]) {
        statuses.push(await statusFor(at, host));
      }
    } finally {
      await output.close!();
    }
  }
  assert.deepEqual(statuses, [200, 200, 200, 403, 403, 200, 200, 200, 200, 200]);
});

/** The status of an answer to somebody who asks by a name: `fetch` does not let a Host be set. */
async function statusFor(port: number, host: string): Promise<number> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const head = `GET /metrics HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(head));
  const text = await new Response(connection.readable).text();
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]);
}

Deno.test("a port in use ends the start with the address", async () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const place = `127.0.0.1:${taken.addr.port}`;
  const output = scrapeOutput(place);
  await assert.rejects(output.start!(INFO), new RegExp(`^Error: ${place} is in use`));
  taken.close();
});

Deno.test("an address is read; what other machines reach needs saying", () => {
  const names: [arg: string, name: string][] = [
    ["", "scrape (127.0.0.1:9464)"],
    ["localhost", "scrape (127.0.0.1:9464)"],
    [":8080", "scrape (127.0.0.1:8080)"],
    ["127.1.2.3:8080?trends=summary", "scrape (127.1.2.3:8080)"],
    ["[::1]:8080", "scrape ([::1]:8080)"],
    ["0.0.0.0:8080?public=true", "scrape (0.0.0.0:8080)"],
    ["[::]:1?public=true&trends=histogram", "scrape ([::]:1)"],
  ];
  for (const [arg, name] of names) assert.equal(scrapeOutput(arg).name, name);
  const wrong: [arg: string, message: RegExp][] = [
    ["0.0.0.0:8080", /would let other machines read the metrics at 0\.0\.0\.0 \(add \?public=true/],
    ["[::]:8080", /would let other machines/],
    ["127.0.0.1.example.com:80", /would let other machines/],
    ["[::2]:8080?public=1", /would let other machines/],
    ["127.0.0.1:99999", /takes HOST:PORT, not "127\.0\.0\.1:99999"/],
    ["http://127.0.0.1:9464", /takes HOST:PORT/],
    ["?trends=both", /shows trends as histogram or summary, not "both"/],
    ["?trend=summary", /has no parameter "trend" \(it has public, trends\)/],
  ];
  for (const [arg, message] of wrong) {
    assert.throws(() => scrapeOutput(arg), (error) => {
      assert.ok(error instanceof OptionError && error.option === "--out");
      return message.test(error.message);
    }, arg);
  }
});

await programTest(["prometheus"], "Prometheus scrapes a run while it goes on", async () => {
  const [port, scraped] = [freePort(), freePort()];
  const config = `
global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs: [{ job_name: load, static_configs: [{ targets: ["127.0.0.1:${scraped}"] }] }]
`;
  await using _server = await startProgram(
    `exec prometheus --config.file="$0/p.yml" --storage.tsdb.path="$0/data" ` +
      `--web.listen-address=127.0.0.1:${port}`,
    { "p.yml": config },
    () => accepting(port),
  );
  const query = async (expression: string): Promise<number[]> => {
    const at = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expression)}`;
    const { data } = await (await fetch(at)).json();
    return data.result.map(({ value }: { value: [number, string] }) => Number(value[1]));
  };
  const output = scrapeOutput(`127.0.0.1:${scraped}`);
  await output.start!(INFO);
  try {
    flushed(output, example(), Date.now());
    let found: number[] = [];
    for (let i = 0; found.length === 0 && i < 1200; i++) {
      await new Promise((resolve) => setTimeout(resolve, 25));
      found = await query("k6_http_reqs_total");
    }
    assert.deepEqual(found, [3]);
    assert.deepEqual(await query('k6_http_req_duration_seconds_bucket{le="0.1"}'), [3]);
    assert.deepEqual(await query("k6_http_req_duration_seconds_count"), [5]);
    assert.deepEqual(await query('up{job="load"}'), [1]);
    const [p60] = await query("histogram_quantile(0.6, k6_http_req_duration_seconds_bucket)");
    assert.ok(p60! > 0.05 && p60! <= 0.1);
  } finally {
    await output.close!();
  }
});

Deno.test("a run serves its totals until its end, and lets go of the port", async () => {
  const port = freePort();
  const { outputs, exitCode } = await runWith([scrapeOutput(`:${port}`)], 10);
  assert.equal(exitCode, 0);
  assert.deepEqual(outputs, [
    { name: `scrape (127.0.0.1:${port})`, written: 0, dropped: 0, errors: 0, firstError: null },
  ]);
  assert.equal(await accepting(port), false);
});
