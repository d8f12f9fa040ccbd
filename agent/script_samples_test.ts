import assert from "node:assert/strict";
import { SampleReader } from "./script_samples.ts";

const METRIC = '{"type":"Metric","data":{"name":"http_reqs"},"metric":"http_reqs"}';
const point = (metric: string, value: number, tags: object = {}): string =>
  JSON.stringify({
    metric,
    type: "Point",
    data: { time: "2026-11-21T20:44:51.059153Z", value, tags },
  });
const REQUEST = point("http_req_duration", 9.153, {
  method: "GET",
  name: "cart",
  status: "503",
  url: "http://shop.example/cart?ü",
});
const TEXT = [
  METRIC,
  point("http_reqs", 1),
  REQUEST,
  "thresholds",
  point("iterations", 1),
  "  ✓ http_req_duration  p(95)<500",
  "",
  point("http_req_duration", 3, { name: "lost", error: "connection_refused", status: "0" }),
].join("\n");

function read(pieces: readonly Uint8Array[]) {
  const reader = new SampleReader();
  const results = [];
  let text = "";
  for (const piece of pieces) {
    reader.push(piece);
    const taken = reader.taken();
    results.push(...taken.results);
    text += new TextDecoder().decode(taken.text);
  }
  reader.end();
  const taken = reader.taken();
  return { results: [...results, ...taken.results], text, counts: reader.counts };
}

const EXPECTED = {
  counts: { iterations: 1, printed: 2, rejected: 0 },
  text: "thresholds\n  ✓ http_req_duration  p(95)<500\n\n",
  results: [
    {
      sequenceID: "1",
      url: "http://shop.example/cart?ü",
      method: "GET",
      status: 503,
      size: 0,
      timestamp: "2026-11-21T20:44:51.049Z",
      duration: 9_153_000,
      error: null,
    },
    {
      sequenceID: "2",
      url: "lost",
      method: "",
      status: 0,
      size: 0,
      timestamp: "2026-11-21T20:44:51.056Z",
      duration: 3_000_000,
      error: "connection_refused",
    },
  ],
};

Deno.test("requests among a run's samples are results, what is for people is text", () => {
  assert.deepEqual(read([new TextEncoder().encode(TEXT)]), EXPECTED);
});

Deno.test("it is the same wherever standard output is cut", () => {
  const bytes = new TextEncoder().encode(TEXT);
  for (let at = 0; at <= bytes.length; at++) {
    assert.deepEqual(read([bytes.slice(0, at), bytes.slice(at)]), EXPECTED, `cut at ${at}`);
  }
});

Deno.test("a request that can't be read, and a line too long to be, are counted as rejected", () => {
  const head = '{"metric":"http_req_duration","type":"Point"';
  const lines = [head, `${head},"data":{"time":"x","value":1,"tags":{}}}`, "x".repeat(70_000)];
  const { counts, results, text } = read([new TextEncoder().encode(`${lines.join("\n")}\n`)]);
  assert.deepEqual(counts, { iterations: 0, printed: 3, rejected: 3 });
  assert.deepEqual([results, text], [[], ""]);
});
