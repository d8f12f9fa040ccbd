import assert from "node:assert/strict";
import { OptionError } from "../../internal/mod.ts";
import { SendError } from "../../runner/mod.ts";
import {
  checkStatuses,
  envOf,
  flushed,
  INFO,
  metric,
  runWith,
  sent,
  totals,
  withServer,
} from "../_totals_for_tests.ts";
import { metricsOf, schemaProblems } from "./_schema_for_tests.ts";
import { otlpOutput } from "./otlp.ts";

const SHAPE = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION";
const EXPONENTIAL = { [SHAPE]: "base2_exponential_bucket_histogram" };

function parsed(payload: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(payload));
}

function example() {
  const { metrics, add } = totals();
  add(metric("http_reqs", "counter"), { method: "GET" }, 1, 1);
  add(metric("data_sent", "counter", "data"), {}, 512);
  add(metric("checks", "rate"), { check: "is ok" }, 1, 1, 0);
  add(metric("vus", "gauge"), {}, 7);
  add(metric("http_req_duration", "trend", "time"), {}, 5, 250, 99_999);
  add(metric("delta", "trend"), {}, -1, 0, 1);
  return metrics;
}

async function exported(variables: Record<string, string>) {
  const output = otlpOutput("", envOf(variables));
  await output.start!(INFO);
  const puts = flushed(output, example(), INFO.startedAt + 1500.5);
  return puts.map(({ payload }) => parsed(payload));
}

for (const [shape, variables] of [["explicit", {}], ["exponential", EXPONENTIAL]] as const) {
  Deno.test(`an export with ${shape} histograms is what the specification has`, async () => {
    const [request] = await exported(variables);
    assert.deepEqual(schemaProblems(request), []);
  });
}

Deno.test("the check of exports finds what is wrong", () => {
  const metrics = [
    { name: "a", gauge: { dataPoints: [] }, sum: { dataPoints: [] } },
    { name: "b", sum: { dataPoints: [{ attributes: [], asInt: 3, startTimeUnixNano: "1" }] } },
    { name: "", units: "ms" },
  ];
  const found = schemaProblems({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] });
  assert.equal(found.length, 7, found.join("\n"));
});

Deno.test("metrics are mapped as k6 maps them, cumulative from the start", async () => {
  const [request] = await exported({ K6_OTEL_METRIC_PREFIX: "k6_" });
  const at = { startTimeUnixNano: "1700000000000000000", timeUnixNano: "1700000001500500000" };
  const attributes = (...pairs: [string, string][]) =>
    pairs.map(([key, stringValue]) => ({ key, value: { stringValue } }));
  const cumulative = { aggregationTemporality: 2, isMonotonic: true };
  const [requests, data, checks, vus, duration, delta] = metricsOf(request);
  assert.deepEqual(requests, {
    name: "k6_http_reqs",
    unit: "",
    sum: {
      dataPoints: [{ attributes: attributes(["method", "GET"]), ...at, asDouble: 2 }],
      ...cumulative,
    },
  });
  assert.equal(data!["unit"], "By");
  assert.deepEqual(checks, {
    name: "k6_checks.total",
    unit: "",
    sum: {
      dataPoints: [
        { attributes: attributes(["check", "is ok"], ["condition", "nonzero"]), ...at, asInt: "2" },
        { attributes: attributes(["check", "is ok"], ["condition", "zero"]), ...at, asInt: "1" },
      ],
      ...cumulative,
    },
  });
  assert.deepEqual(vus!["gauge"], {
    dataPoints: [{ attributes: [], timeUnixNano: at.timeUnixNano, asDouble: 7 }],
  });
  assert.deepEqual(duration, {
    name: "k6_http_req_duration",
    unit: "ms",
    histogram: {
      dataPoints: [{
        ...{ attributes: [], ...at, count: "3", min: 5, max: 99_999, sum: 100_254 },
        explicitBounds: [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000],
        bucketCounts: ["0", "1", "0", "0", "0", "0", "0", "1", ...Array(7).fill("0"), "1"],
      }],
      aggregationTemporality: 2,
    },
  });
  const { dataPoints: [point] } = delta!["histogram"] as { dataPoints: Record<string, unknown>[] };
  assert.deepEqual([point!["sum"], point!["min"], point!["count"]], [undefined, -1, "3"]);
});

Deno.test("an exponential histogram keeps signs, zeros and the total", async () => {
  const [request] = await exported(EXPONENTIAL);
  const { exponentialHistogram } = metricsOf(request).find(({ name }) => name === "delta")!;
  const { dataPoints: [point] } = exponentialHistogram as { dataPoints: Record<string, unknown>[] };
  const buckets = { offset: 0, bucketCounts: ["1"] };
  assert.deepEqual(
    [point!["scale"], point!["zeroCount"], point!["positive"], point!["negative"]],
    [5, "1", buckets, buckets],
  );
});

Deno.test("the resource says which service it is; the SDKs' variables come after k6's", async () => {
  const [request] = await exported({
    K6_OTEL_SERVICE_NAME: "shop load",
    OTEL_SERVICE_NAME: "other",
    OTEL_RESOURCE_ATTRIBUTES: "deployment.environment=ci%2C1,service.name=third",
  });
  const { resource } = (request as { resourceMetrics: { resource: { attributes: unknown[] } }[] })
    .resourceMetrics[0]!;
  const found = resource.attributes as { key: string; value: { stringValue: string } }[];
  const values = Object.fromEntries(found.map(({ key, value }) => [key, value.stringValue]));
  assert.match(values["service.version"]!, /^\d+\./);
  delete values["service.version"];
  assert.deepEqual(values, { "service.name": "shop load", "deployment.environment": "ci,1" });
});

Deno.test("many series go in requests of a thousand", () => {
  const { metrics, add } = totals();
  for (let i = 0; i < 900; i++) {
    for (const name of ["a", "b", "c"]) add(metric(name, "counter"), { page: `${i}` }, 1);
  }
  const puts = flushed(otlpOutput("", envOf()), metrics, 5);
  assert.deepEqual(puts.map(({ count }) => count), [1000, 1000, 700]);
  for (const { payload } of puts) assert.deepEqual(schemaProblems(parsed(payload)), []);
});

Deno.test("where it sends to is what the argument says, else k6's variables, else the SDKs'", () => {
  const k6 = { K6_OTEL_HTTP_EXPORTER_ENDPOINT: "a:1", K6_OTEL_HTTP_EXPORTER_URL_PATH: "/p" };
  const sdk = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://b:2/base/" };
  const own = { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: "http://c:3/own" };
  const cases: [arg: string, variables: Record<string, string>, place: string][] = [
    ["", {}, "http://localhost:4318/v1/metrics"],
    ["https://x", { ...k6, ...sdk }, "https://x/p"],
    ["https://x/custom/", sdk, "https://x/custom/"],
    ["", { ...k6, ...sdk, ...own }, "https://a:1/p"],
    ["", { ...k6, K6_OTEL_HTTP_EXPORTER_INSECURE: "true" }, "http://a:1/p"],
    ["", { ...sdk, ...own }, "http://c:3/own"],
    ["", sdk, "http://b:2/base/v1/metrics"],
  ];
  for (const [arg, variables, place] of cases) {
    assert.equal(otlpOutput(arg, envOf(variables)).name, `opentelemetry (${place})`);
  }
});

Deno.test("what can't be used is refused by name", () => {
  const cases: [arg: string, variables: Record<string, string>, message: RegExp][] = [
    ["localhost:4318", {}, /^--out opentelemetry takes a URL/],
    ["", { K6_OTEL_EXPORTER_TYPE: "grpc" }, /K6_OTEL_EXPORTER_TYPE is not http: "grpc"/],
    ["", { K6_OTEL_TLS_CERTIFICATE: "ca.pem" }, /is not supported \(name the authority's/],
    ["", { [SHAPE]: "nonsense" }, /is not one of explicit_bucket_histogram, base2/],
    ["", { K6_OTEL_HEADERS: "a" }, /K6_OTEL_HEADERS has an entry that is not NAME=VALUE/],
    ["", { OTEL_EXPORTER_OTLP_ENDPOINT: "b:1" }, /^OTEL_EXPORTER_OTLP_ENDPOINT takes a URL/],
    ["", { K6_OTEL_EXPORT_INTERVAL: "0" }, /K6_OTEL_EXPORT_INTERVAL is below 100ms/],
  ];
  for (const [arg, variables, message] of cases) {
    assert.throws(() => otlpOutput(arg, envOf(variables)), (error) => {
      assert.ok(error instanceof OptionError);
      return message.test(error.message);
    });
  }
});

Deno.test("each status is taken as the specification has it", async () => {
  await checkStatuses((origin) => otlpOutput(origin, envOf()), [
    [200, "sent"],
    [202, "sent"],
    [302, "refused"],
    [400, "refused"],
    [401, "refused"],
    [413, "refused"],
    [500, "refused"],
    [501, "refused"],
    [429, "retried"],
    [502, "retried"],
    [503, "retried"],
    [504, "retried"],
  ]);
});

Deno.test("what a server rejects of a request is an error that isn't tried again", async () => {
  const answers: [text: string, message: RegExp | null][] = [
    ["{}", null],
    ["", null],
    ["not json", null],
    ["null", null],
    ['{"partialSuccess":{}}', null],
    ['{"partialSuccess":{"errorMessage":"slow down","rejectedDataPoints":"0"}}', null],
    [
      '{"partialSuccess":{"rejectedDataPoints":"3","errorMessage":"bad unit"}}',
      /rejected 3 points: bad unit$/,
    ],
  ];
  for (const [text, message] of answers) {
    await withServer(() => new Response(text), async (origin) => {
      const trial = sent(otlpOutput(origin, envOf()), new Uint8Array([123, 125]));
      if (message === null) return await trial;
      await assert.rejects(
        trial,
        (error) => error instanceof SendError && !error.retry && message.test(error.message),
      );
    });
  }
});

Deno.test("a run's totals arrive, each export a whole request", async () => {
  await withServer(() => Response.json({ partialSuccess: {} }), async (origin, requests) => {
    const env = envOf({ K6_OTEL_HEADERS: "x-token=a%20b", K6_OTEL_EXPORT_INTERVAL: "100ms" });
    const { outputs } = await runWith([otlpOutput(origin, env)], 25);
    assert.deepEqual([outputs[0]!.dropped, outputs[0]!.errors], [0, 0]);
    for (const { target, headers, body } of requests) {
      assert.equal(target, "/v1/metrics");
      assert.equal(headers.get("content-type"), "application/json");
      assert.equal(headers.get("x-token"), "a b");
      assert.deepEqual(schemaProblems(parsed(body)), []);
    }
    const last = metricsOf(parsed(requests.at(-1)!.body));
    const pointOf = (name: string, kind: string) => {
      const data = last.find((metric) => metric["name"] === name)![kind];
      return (data as { dataPoints: Record<string, unknown>[] }).dataPoints[0]!;
    };
    assert.equal(pointOf("iterations", "sum")["asDouble"], 25);
    assert.equal(pointOf("orders", "sum")["asDouble"], 75);
    assert.equal(pointOf("basket", "histogram")["count"], "25");
    assert.equal(pointOf("basket", "histogram")["sum"], 6250);
  });
});
