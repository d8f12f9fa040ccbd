import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { freePort } from "../../internal/programs_for_tests.ts";
import type { RunOutput } from "../../runner/mod.ts";
import { SendError } from "../../runner/mod.ts";
import {
  envOf,
  flushed,
  type GivenSample,
  INFO,
  metric,
  runWith,
  samplesOf,
  sent,
  totals,
} from "../_totals_for_tests.ts";
import { MAX_DATAGRAM } from "./datagrams.ts";
import { datadogOutput, statsdOutput } from "./statsd.ts";

const REQUESTS = metric("http_reqs", "counter");
const DURATION = metric("http_req_duration", "trend", "time");
const DEPTH = metric("depth", "trend");
const CHECKS = metric("checks", "rate");
const FAILED = metric("http_req_failed", "rate");
const VUS = metric("vus", "gauge");

const decoder = new TextDecoder();
const linesOf = (puts: readonly { payload: Uint8Array }[]) =>
  puts.flatMap(({ payload }) => decoder.decode(payload).split("\n"));

function example() {
  const given = totals();
  given.add(REQUESTS, { method: "GET", url: "http://x" }, 1, 2);
  given.add(FAILED, {}, 1, 0, 0);
  given.add(CHECKS, { check: "is ok: a|b" }, 1, 1, 0);
  given.add(VUS, {}, 7);
  given.add(metric("balance", "gauge"), {}, -2.5);
  return given;
}

Deno.test("totals are lines of StatsD, without tags; only what came since the last", () => {
  const { metrics, add } = example();
  const output = statsdOutput("", envOf());
  const gauges = ["k6.vus:7|g", "k6.balance:0|g", "k6.balance:-2.5|g"];
  assert.deepEqual(linesOf(flushed(output, metrics, 1)), [
    "k6.http_reqs:3|c",
    ...["k6.http_req_failed:1|c", "k6.http_req_failed.total:3|c"],
    ...["k6.check.is_ok__a_b.pass:2|c", "k6.check.is_ok__a_b.fail:1|c"],
    ...gauges,
  ]);
  add(REQUESTS, { method: "GET", url: "http://x" }, 4);
  add(FAILED, {}, 0);
  assert.deepEqual(linesOf(flushed(output, metrics, 2)), [
    ...["k6.http_reqs:4|c", "k6.http_req_failed.total:1|c"],
    ...gauges,
  ]);
});

Deno.test("DogStatsD has tags, and gauges below zero as they are", () => {
  const output = datadogOutput("", envOf({ K6_STATSD_NAMESPACE: "load" }));
  assert.deepEqual(linesOf(flushed(output, example().metrics, 1)), [
    "load.http_reqs:3|c|#method:GET",
    ...["load.http_req_failed:1|c", "load.http_req_failed.total:3|c"],
    "load.check.is_ok__a_b.pass:2|c|#check:is ok: a_b",
    "load.check.is_ok__a_b.fail:1|c|#check:is ok: a_b",
    ...["load.vus:7|g", "load.balance:-2.5|g"],
  ]);
});

/** What an output puts for samples, and at the flush behind them. */
function ofSamples(output: RunOutput, given: readonly GivenSample[]) {
  const puts: { payload: Uint8Array; count: number }[] = [];
  const put = (payload: Uint8Array, count: number) => void puts.push({ payload, count });
  output.addSamples!(samplesOf(given), { put });
  return [...puts, ...flushed(output, totals().metrics, 1)];
}

Deno.test("each sample of a trend is a timing; other samples wait for the flush", () => {
  const given: GivenSample[] = [
    [DURATION, { status: "200" }, 1, 12.3456789],
    [REQUESTS, {}, 1, 1],
    [DURATION, { status: "200" }, 1, 1e-9],
    [DEPTH, {}, 1, -5],
    [DURATION, { status: "500" }, 1, 3],
  ];
  assert.deepEqual(linesOf(ofSamples(statsdOutput("", envOf()), given)), [
    "k6.http_req_duration:12.345679|ms",
    "k6.http_req_duration:0|ms",
    "k6.depth:-5|ms",
    "k6.http_req_duration:3|ms",
  ]);
  const tagged = statsdOutput("", envOf({ K6_STATSD_ENABLE_TAGS: "true" }));
  assert.equal(
    linesOf(ofSamples(tagged, given))[0],
    "k6.http_req_duration:12.345679|ms|#status:200",
  );
  assert.deepEqual(linesOf(ofSamples(datadogOutput("", envOf()), given)), [
    "k6.http_req_duration:12.345679:0|ms|#status:200",
    "k6.depth:-5|h",
    "k6.http_req_duration:3|ms|#status:500",
  ]);
});

for (const [kind, make] of [["statsd", statsdOutput], ["datadog", datadogOutput]] as const) {
  Deno.test(`${kind}: no sample is lost and no datagram longer than 1432 bytes`, () => {
    const given = Array.from({ length: 5000 }, (_, i): GivenSample => {
      const page = `${"ü".repeat(i % 7 * 60)}${i % 7}`;
      return [DURATION, { page, long: "x".repeat(i % 3 * 450) }, 1, i * 1.000001];
    });
    const puts = ofSamples(make("", envOf({ K6_STATSD_ENABLE_TAGS: "1" })), given);
    assert.equal(puts.reduce((sum, { count }) => sum + count, 0), 5000);
    for (const { payload } of puts) assert.ok(payload.length <= MAX_DATAGRAM);
    const values = linesOf(puts).flatMap((line) => {
      const [, list] = /^k6\.http_req_duration:([\d.:]+)\|ms(?:\|#[^|\n]*)?$/.exec(line) ?? [];
      return list!.split(":").map(Number);
    });
    const wanted = given.map(([, , , value]) => Number(value.toFixed(6)));
    assert.deepEqual(values.toSorted((a, b) => a - b), wanted);
  });
}

Deno.test("names and tags of any length and kind leave lines whole", () => {
  const { metrics, add } = totals();
  const nasty = 'a|b:c#d,e@f\ng"h';
  add(CHECKS, { check: "✓".repeat(2000), [nasty]: nasty, z: "z".repeat(5000) }, 1, 0);
  add(REQUESTS, { [nasty]: nasty, empty: "" }, 1);
  const lines = linesOf(flushed(datadogOutput("", envOf()), metrics, 1));
  assert.equal(lines.length, 3);
  for (const [i, outcome] of ["pass", "fail"].entries()) {
    const name = new RegExp(
      `^k6\\.check\\.✓{90,100}\\.${outcome}:1\\|c\\|#a_b_c_d_e_f_g"h:a_b:c_d_e@f_g"h$`,
    );
    assert.match(lines[i]!, name);
  }
  assert.equal(lines[2], 'k6.http_reqs:1|c|#a_b_c_d_e_f_g"h:a_b:c_d_e@f_g"h');
});

Deno.test("the two lines of a gauge below zero stay together, without tags if need be", () => {
  const { metrics, add } = totals();
  add(VUS, { page: "x".repeat(800) }, -1);
  add(REQUESTS, {}, 1);
  const env = envOf({ K6_STATSD_ENABLE_TAGS: "true" });
  assert.deepEqual(linesOf(flushed(statsdOutput("", env), metrics, 1)), [
    ...["k6.vus:0|g", "k6.vus:-1|g", "k6.http_reqs:1|c"],
  ]);
});

Deno.test("a datagram has as many lines as k6's buffer size says", () => {
  const output = statsdOutput("", envOf({ K6_STATSD_BUFFER_SIZE: "3" }));
  const puts = flushed(output, example().metrics, 1);
  assert.deepEqual(puts.map(({ count }) => count), [3, 3, 1]);
});

Deno.test("tags on the list are left out", () => {
  const { metrics, add } = totals();
  add(REQUESTS, { method: "GET", url: "u", vu: "1" }, 1);
  const env = envOf({ K6_STATSD_TAG_BLOCKLIST: "method, vu" });
  const [text] = linesOf(flushed(datadogOutput("", env), metrics, 1));
  assert.equal(text, "k6.http_reqs:1|c|#url:u");
});

Deno.test("what can't be used is refused by name", () => {
  const cases: [arg: string, variables: Record<string, string>, message: RegExp][] = [
    ["http://x:1", {}, /^--out statsd takes HOST:PORT, not "http:\/\/x:1"/],
    ["x:0", {}, /^--out statsd takes HOST:PORT/],
    ["x:65536", {}, /^--out statsd takes HOST:PORT/],
    ["", { K6_STATSD_ADDR: "a b" }, /^K6_STATSD_ADDR takes HOST:PORT, not "a b"/],
    ["", { K6_STATSD_NAMESPACE: "a b" }, /K6_STATSD_NAMESPACE has more than letters/],
    ["", { K6_STATSD_BUFFER_SIZE: "0" }, /K6_STATSD_BUFFER_SIZE is no number of lines/],
    ["", { K6_STATSD_ENABLE_TAGS: "y" }, /K6_STATSD_ENABLE_TAGS is neither true nor false/],
    ["", { K6_STATSD_PUSH_INTERVAL: "soon" }, /K6_STATSD_PUSH_INTERVAL is not a duration/],
  ];
  for (const [arg, variables, message] of cases) {
    assert.throws(() => statsdOutput(arg, envOf(variables)), (error) => {
      assert.ok(error instanceof OptionError);
      return message.test(error.message);
    });
  }
  const names: [arg: string, variables: Record<string, string>, name: string][] = [
    ["", {}, "statsd (localhost:8125)"],
    ["agent", {}, "statsd (agent:8125)"],
    [":9125", {}, "statsd (localhost:9125)"],
    ["[::1]:9125", {}, "statsd ([::1]:9125)"],
    ["", { K6_STATSD_ADDR: "agent:1" }, "statsd (agent:1)"],
    ["own:2", { K6_STATSD_ADDR: "agent:1" }, "statsd (own:2)"],
  ];
  for (const [arg, variables, name] of names) {
    assert.equal(statsdOutput(arg, envOf(variables)).name, name);
  }
});

/** Datagrams that arrive at a port until `done` says so. */
async function received(
  socket: Deno.DatagramConn,
  done: (lines: readonly string[]) => boolean,
): Promise<string[]> {
  const lines: string[] = [];
  while (!done(lines)) {
    const [datagram] = await socket.receive();
    lines.push(...decoder.decode(datagram).split("\n"));
  }
  return lines;
}

for (const hostname of ["127.0.0.1", "::1"]) {
  Deno.test(`a run's lines arrive at a socket of ${hostname}`, async () => {
    const socket = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
    const { port } = socket.addr as Deno.NetAddr;
    const place = hostname.includes(":") ? `[${hostname}]` : hostname;
    const output = datadogOutput(`${place}:${port}`, envOf());
    const arrived = received(
      socket,
      (lines) => lines.some((line) => line.startsWith("k6.orders:")),
    );
    const { outputs } = await runWith([output], 30);
    assert.deepEqual([outputs[0]!.dropped, outputs[0]!.errors], [0, 0]);
    const lines = await arrived;
    socket.close();
    const tags = "|#scenario:default,testid:shop 1";
    assert.ok(lines.includes(`k6.iterations:30|c${tags}`), lines.join("\n"));
    assert.ok(lines.includes(`k6.orders:90|c${tags}`));
    assert.ok(lines.includes(`k6.basket${":250".repeat(30)}|ms${tags}`));
  });
}

Deno.test("a name that can't be looked up is tried again", async () => {
  const output = statsdOutput("nobody.invalid:1", envOf());
  await output.start!(INFO);
  for (let i = 0; i < 2; i++) {
    await assert.rejects(sent(output, new Uint8Array([65])), (error) => {
      assert.ok(error instanceof SendError && error.retry);
      return /^can't send to nobody\.invalid:1: /.test(error.message);
    });
  }
  await output.close!();
});

Deno.test("an output that was never used closes", async () => {
  await statsdOutput(`127.0.0.1:${freePort()}`, envOf()).close!();
});

Deno.test({
  name: "without the permission the start ends, with the flag that is missing",
  permissions: { net: ["127.0.0.1:8125"] },
  async fn() {
    const output = statsdOutput("127.0.0.1:8125", envOf());
    await assert.rejects(
      output.start!(INFO),
      /may not connect to 0\.0\.0\.0:0 \(deno run --allow-/,
    );
    await assert.rejects(
      sent(output, new Uint8Array([65])),
      (error) => error instanceof SendError && !error.retry,
    );
    await output.close!();
  },
});
