import assert from "node:assert/strict";
import { Registry } from "../metrics/mod.ts";
import { renderSummary } from "../report/mod.ts";
import type { RunRecord } from "./record.ts";
import { fakeRecord } from "./record_for_tests.ts";
import { resultOf } from "./restore.ts";
import { metricsOf, totalsOf } from "./totals.ts";

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value));

Deno.test("a registry that was written down and read again has the same totals", () => {
  const record = fakeRecord({ seconds: 20 });
  const read = throughJson({ series: record.series, histograms: record.histograms });
  const metrics = metricsOf(read);
  assert.deepEqual(throughJson(totalsOf(metrics)), read);
  const failed = metrics.select("http_req_failed", { name: "http://127.0.0.1:8000/cart" });
  assert.ok(failed?.type === "rate" && failed.total > 100);
});

Deno.test("the summary of a record is that of its run", () => {
  const record: RunRecord = throughJson(fakeRecord({ seconds: 20 }));
  const result = resultOf(record);
  const text = renderSummary(result);
  const { http_req_duration: duration } = record.summary.metrics;
  assert.equal(
    result.metrics.select("http_req_duration")?.type === "trend" &&
      totalsOf(result.metrics).histograms.length,
    record.histograms.length,
  );
  assert.match(text, /✗ http_req_duration {2}p\(99\)<10/);
  assert.match(text, /GET \/cart/);
  assert.ok((duration?.values["count"] ?? 0) > 900);
});

Deno.test("a name stands for its URLs; the least of too many series lose their tags, not their counts", () => {
  const metrics = new Registry();
  const reqs = { name: "http_reqs", type: "counter", contains: "default" } as const;
  for (let n = 0; n < 400; n++) {
    const tags = { name: `/${n % 300}`, url: `/${n}` };
    metrics.sink(reqs, metrics.tags.withAll(tags)).add(n < 300 ? 300 - n : 1000);
  }
  const { series } = totalsOf(metrics);
  assert.equal(series.length, 200);
  assert.ok(series.every(({ tags }) => !("url" in tags)));
  const totals = series.map(({ values }) => values["total"]!);
  const all = metrics.select("http_reqs");
  assert.equal(totals.reduce((a, b) => a + b), all?.type === "counter" && all.total);
  assert.deepEqual(series[0]!.tags, { name: "/0" });
  assert.deepEqual(series.at(-1)!.tags, {});
});
