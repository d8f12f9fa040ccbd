import assert from "node:assert/strict";
import { crc32, inflateSync } from "node:zlib";
import { fakeRecord } from "../../results/record_for_tests.ts";
import { node } from "../drawing/node.ts";
import { renderPlotImages } from "../report.ts";
import { Canvas } from "./canvas.ts";
import { plotPng } from "./draw.ts";
import { glyphOf } from "./glyphs.ts";
import { pathLines } from "./path.ts";
import { textLines } from "./text.ts";

/** A PNG taken apart, its checksums checked. */
function decode(file: Uint8Array) {
  assert.deepEqual([...file.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const view = new DataView(file.buffer, file.byteOffset);
  const chunks = new Map<string, Uint8Array>();
  for (let at = 8; at < file.length;) {
    const length = view.getUint32(at);
    const body = file.subarray(at + 4, at + 8 + length);
    assert.equal(view.getUint32(at + 8 + length), crc32(body));
    chunks.set(new TextDecoder().decode(body.subarray(0, 4)), body.subarray(4));
    at += 12 + length;
  }
  assert.deepEqual([...chunks.keys()], ["IHDR", "IDAT", "IEND"]);
  const head = new DataView(chunks.get("IHDR")!.slice().buffer);
  const [width, height] = [head.getUint32(0), head.getUint32(4)];
  const rows = inflateSync(chunks.get("IDAT")!);
  assert.equal(rows.length, (3 * width + 1) * height);
  const at = (x: number, y: number) => {
    const from = (3 * width + 1) * y + 1 + 3 * x;
    return [...rows.subarray(from, from + 3)];
  };
  return { width, height, at };
}

/** How dark the pixels of a row are: 0 to 1. */
const row = (canvas: Canvas, y: number) =>
  Array.from(
    { length: canvas.width },
    (_, x) => 1 - canvas.pixels[3 * (y * canvas.width + x)]! / 255,
  );

Deno.test("every plot of a run is a picture of two pixels a unit", () => {
  const images = renderPlotImages(fakeRecord({ seconds: 20 }));
  assert.deepEqual(
    images.map(({ name }) => name),
    ["rate", "latency", "heatmap", "histogram", "percentiles", "vus"].map((one) => `${one}.png`),
  );
  for (const { name, bytes } of images) {
    const { width, height } = decode(bytes);
    assert.deepEqual([width, height], [1200, 520], name);
    assert.ok(bytes.length > 3000 && bytes.length < 150_000, `${name}: ${bytes.length}`);
  }
});

Deno.test("shapes are painted in their colours, where they are", () => {
  const png = plotPng(node(
    "svg",
    { width: 20, height: 10 },
    node("rect", { class: "back", width: 20, height: 10 }),
    node("rect", { class: "f-bad", x: 2, y: 2, width: 4, height: 4 }),
    node("path", { class: "f-c1", d: "M10 2h4v4H10z" }),
    node("path", { class: "f-heat", opacity: 0.5, d: "M16 2h2v2h-2z" }),
  ));
  const { at } = decode(png);
  assert.deepEqual(at(1, 1), [255, 255, 255]);
  assert.deepEqual(at(8, 8), [0xc8, 0x1e, 0x1e]);
  assert.deepEqual(at(24, 8), [0x25, 0x63, 0xeb]);
  assert.deepEqual(at(34, 6), [161, 156, 229], "half of #4338ca on white");
});

Deno.test("a polygon covers as much of each pixel as lies below it", () => {
  const canvas = new Canvas(6, 4);
  canvas.fill([[[1.5, 1], [4, 1], [4, 2.5], [1.5, 2.5]]], [0, 0, 0]);
  const near = (y: number, expected: number[]) => {
    for (const [x, dark] of row(canvas, y).entries()) {
      assert.ok(Math.abs(dark - expected[x]!) < 0.01, `${x}, ${y}: ${dark}`);
    }
  };
  near(0, [0, 0, 0, 0, 0, 0]);
  near(1, [0, 0.5, 1, 1, 0, 0]);
  near(2, [0, 0.25, 0.5, 0.5, 0, 0]);
  near(3, [0, 0, 0, 0, 0, 0]);
});

Deno.test("a slanted edge covers the area on its right, over several pixels too", () => {
  const canvas = new Canvas(8, 2);
  // From (0, 0) to (8, 2): in the first row it crosses four pixels.
  canvas.fill([[[0, 0], [8, 2], [8, 0]]], [0, 0, 0]);
  const expected = [1 / 8, 3 / 8, 5 / 8, 7 / 8];
  for (const [x, dark] of row(canvas, 0).slice(0, 4).entries()) {
    assert.ok(Math.abs(dark - expected[x]!) < 0.01, `${x}: ${dark}`);
  }
  assert.deepEqual(row(canvas, 0).slice(4), [1, 1, 1, 1]);
});

Deno.test("what overlaps is painted once, what is outside changes nothing", () => {
  const canvas = new Canvas(4, 4);
  const box = (x: number, y: number) => [[x, y], [x + 2, y], [x + 2, y + 2], [x, y + 2]] as const;
  canvas.fill([box(0, 0), box(1, 0)], [0, 0, 0], 0.5);
  assert.deepEqual(row(canvas, 0).map((dark) => Math.round(dark * 10)), [5, 5, 5, 0]);
  canvas.fill([box(-9, -9), box(90, 1)], [0, 0, 0]);
  canvas.stroke([[-50, 2], [-20, 90]], 4, [0, 0, 0]);
  assert.deepEqual(row(canvas, 3), [0, 0, 0, 0]);
});

Deno.test("paths are read as plots write them", () => {
  const table: [d: string, lines: number[][][]][] = [
    ["", []],
    ["M1 2H5V7", [[[1, 2], [5, 2], [5, 7]]]],
    ["M64 .5h.1L3-2", [[[64, 0.5], [64.1, 0.5], [3, -2]]]],
    ["M1 1h2v2h-2z", [[[1, 1], [3, 1], [3, 3], [1, 3], [1, 1]]]],
    ["M0 0L1 1M2 2L3 3Z", [[[0, 0], [1, 1]], [[2, 2], [3, 3], [2, 2]]]],
  ];
  for (const [d, lines] of table) assert.deepEqual(pathLines(d), lines, d);
  assert.throws(() => pathLines("M0 0C1 1 2 2 3 3"), RangeError);
});

Deno.test("every character of ASCII has a shape of its own, others that of a relative or a box", () => {
  const box = JSON.stringify(glyphOf("漢"));
  const seen = new Map<string, string>();
  for (let code = 0x21; code < 0x7f; code++) {
    const char = String.fromCharCode(code);
    const shape = JSON.stringify(glyphOf(char));
    assert.notEqual(shape, box, char);
    if (!"Il|'".includes(char)) assert.equal(seen.get(shape), undefined, char);
    seen.set(shape, char);
    for (const [x, y] of glyphOf(char).strokes.flat()) assert.ok(x <= 12 && y <= 16, char);
  }
  assert.deepEqual(glyphOf("é"), glyphOf("e"));
  assert.equal(JSON.stringify(glyphOf("\u0000")), box);
});

Deno.test("a text stands where its anchor says", () => {
  const bounds = (anchor: "start" | "middle" | "end") => {
    const xs = textLines("250 ms", { x: 100, y: 50, size: 12, anchor }).flat().map(([x]) => x);
    return [Math.min(...xs), Math.max(...xs)] as const;
  };
  const [from, to] = bounds("start");
  assert.ok(from >= 100 && from < 102 && to > 120);
  assert.ok(bounds("end")[1] <= 100 && bounds("end")[1] > 98);
  const [left, right] = bounds("middle");
  assert.ok(Math.abs((left + right) / 2 - 100) < 1.5);
});
