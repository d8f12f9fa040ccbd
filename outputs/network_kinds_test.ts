import assert from "node:assert/strict";
import { createOutput } from "./mod.ts";

const NAMES: [text: string, name: string][] = [
  ["prometheus", "prometheus (http://localhost:9090/api/v1/write)"],
  ["experimental-prometheus-rw", "prometheus (http://localhost:9090/api/v1/write)"],
  ["prometheus=http://h/w?a=b", "prometheus (http://h/w)"],
  ["scrape", "scrape (127.0.0.1:9464)"],
  ["scrape=0.0.0.0:1?public=true", "scrape (0.0.0.0:1)"],
  ["opentelemetry", "opentelemetry (http://localhost:4318/v1/metrics)"],
  ["experimental-opentelemetry=http://h", "opentelemetry (http://h/v1/metrics)"],
  ["influxdb", "influxdb (http://localhost:8086/k6)"],
  ["influxdb=http://u:p@h/db?samples=true", "influxdb (http://h/db)"],
  ["influxdb2=http://h?org=o&bucket=b", "influxdb2 (http://h, bucket b)"],
  ["statsd", "statsd (localhost:8125)"],
  ["datadog=agent:9", "datadog (agent:9)"],
];

Deno.test("each kind that sends is made by its name, and named without secrets", async () => {
  for (const [text, name] of NAMES) assert.equal((await createOutput(text)).name, name);
});

Deno.test("a server's variables are read where there is no argument", async () => {
  const env = (name: string) => ({ K6_PROMETHEUS_RW_SERVER_URL: "http://a/w" })[name];
  assert.equal((await createOutput("prometheus", env)).name, "prometheus (http://a/w)");
  assert.equal((await createOutput("prometheus=http://b/w", env)).name, "prometheus (http://b/w)");
});
