import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import type { Metric } from "../metrics/mod.ts";
import { batchOf, type GivenSample, withFile, writeAll } from "./_outputs_for_tests.ts";
import { ndjsonOutput } from "./ndjson.ts";

const AT = Date.UTC(2026, 2, 1, 12, 0, 0);
const DURATION: Metric = { name: "http_req_duration", type: "trend", contains: "time" };
const SIZE: Metric = { name: "sizes", type: "trend", contains: "default" };
const REQS: Metric = { name: "http_reqs", type: "counter", contains: "default" };

Deno.test("a metric is told once, then each of its samples, in k6's shape", () =>
  withFile("x.json", async (path) => {
    const batch = await batchOf([
      [DURATION, { status: "200", url: "http://a/" }, AT + 0.25, 12.345678],
      [REQS, {}, AT + 1001, 1],
      [DURATION, { status: "200", url: "http://a/" }, AT + 61_001.5, 0.5],
    ]);
    await writeAll(ndjsonOutput(path), [batch], {
      thresholds: {
        http_req_duration: [{ expression: "p(95)<500", abortOnFail: false, delayAbortEvalMs: 0 }],
        "http_req_duration{status:200}": [],
        http_req_duration_other: [],
      },
    });
    assert.deepEqual((await Deno.readTextFile(path)).split("\n"), [
      '{"type":"Metric","data":{"name":"http_req_duration","type":"trend","contains":"time",' +
      '"thresholds":["p(95)<500"],"submetrics":[{"name":"http_req_duration{status:200}",' +
      '"suffix":"status:200","tags":{"status":"200"}}]},"metric":"http_req_duration"}',
      '{"metric":"http_req_duration","type":"Point","data":{"time":"2026-03-01T12:00:00.000250Z",' +
      '"value":12.345678,"tags":{"status":"200","url":"http://a/"}}}',
      '{"type":"Metric","data":{"name":"http_reqs","type":"counter","contains":"default",' +
      '"thresholds":[],"submetrics":null},"metric":"http_reqs"}',
      '{"metric":"http_reqs","type":"Point","data":{"time":"2026-03-01T12:00:01.001000Z",' +
      '"value":1,"tags":{}}}',
      '{"metric":"http_req_duration","type":"Point","data":{"time":"2026-03-01T12:01:01.001500Z",' +
      '"value":0.5,"tags":{"status":"200","url":"http://a/"}}}',
      "",
    ]);
  }));

const VALUES = [
  ...[0, 1, -1, 42, 1e6, 999_999_999, 1e9, 123_456_789_012, 2 ** 53, 1e21, -0.5, 1e-9, 1e300],
  ...[0.1, 1 / 3, 1234.000001, 99.9999999, 0.999999, 1e-6, 4_294_967_295.25, -7.000001],
];

Deno.test("values are the numbers that were recorded; times to the nanosecond", () =>
  withFile("x.json", async (path) => {
    const samples = VALUES.flatMap((value): GivenSample[] => [
      [SIZE, {}, AT, value],
      [DURATION, {}, AT, value],
    ]);
    await writeAll(ndjsonOutput(path), [await batchOf(samples)]);
    const points = (await Deno.readTextFile(path)).trimEnd().split("\n")
      .map((line) => JSON.parse(line)).filter(({ type }) => type === "Point");
    const valuesOf = (name: string) =>
      points.filter(({ metric }) => metric === name).map(({ data }) => data.value);
    assert.deepEqual(valuesOf("sizes"), VALUES);
    for (const [i, found] of valuesOf("http_req_duration").entries()) {
      const value = VALUES[i]!;
      assert.ok(Math.abs(found - value) <= Math.max(5.1e-7, Math.abs(value) * 1e-15), `${value}`);
    }
  }));

Deno.test("tags of any text make valid JSON", () =>
  withFile("x.json", async (path) => {
    const tags = { q: 'a"b\\c', line: "x\ny\u2028", ü: "😀", html: "<&>", __proto__x: "p" };
    await writeAll(ndjsonOutput(path), [await batchOf([[REQS, tags, AT, 1]])]);
    const point = JSON.parse((await Deno.readTextFile(path)).split("\n")[1]!);
    assert.deepEqual(point.data.tags, tags);
  }));

Deno.test("a batch goes out behind its last line, one of megabytes in parts, all counted", () =>
  withFile("x.json", async (path) => {
    const batch = await batchOf(
      Array.from({ length: 5000 }, (_, i): GivenSample => [DURATION, tagsOf(i), AT + i, i]),
    );
    const { puts } = await writeAll(ndjsonOutput(path), [batch, batch]);
    assert.equal(puts.reduce((sum, { count }) => sum + count, 0), 10_000);
    // Each batch makes 5.5 MB. A line may come behind the limit, and its end.
    assert.equal(puts.length, 4);
    for (const { bytes } of [puts[0]!, puts[2]!]) {
      assert.ok(bytes >= 4 << 20 && bytes < (4 << 20) + 4000);
    }
    const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
    assert.equal(lines.length, 10_001);
    for (const line of lines) JSON.parse(line);
  }));

function tagsOf(i: number): Record<string, string> {
  return { k: `${i % 7}`, long: "x".repeat(1000) };
}

Deno.test("few samples wait for the next flush", () =>
  withFile("x.json", async (path) => {
    const batch = await batchOf([[REQS, {}, AT, 1]]);
    const { puts } = await writeAll(ndjsonOutput(path), [batch, batch, batch]);
    assert.deepEqual(puts.map(({ count }) => count), [3]);
  }));

Deno.test("a name that ends in .gz is packed", () =>
  withFile("x.json.gz", async (path) => {
    await writeAll(ndjsonOutput(path), [await batchOf([[REQS, {}, AT, 1]])]);
    const text = new TextDecoder().decode(gunzipSync(await Deno.readFile(path)));
    assert.match(text, /^\{"type":"Metric".*\n\{"metric":"http_reqs".*\n$/);
  }));

Deno.test("a run without samples leaves an empty file", () =>
  withFile("x.json", async (path) => {
    await Deno.writeTextFile(path, "what was there before");
    await writeAll(ndjsonOutput(path), []);
    assert.equal(await Deno.readTextFile(path), "");
  }));
