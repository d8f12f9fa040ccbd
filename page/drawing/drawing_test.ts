import assert from "node:assert/strict";
import { heatBounds as recorded } from "../../results/mod.ts";
import {
  formatBytes,
  formatClock,
  formatCount,
  formatMoment,
  formatNumber,
  formatRate,
  formatShare,
  formatTick,
  formatTime,
} from "./format.ts";
import { heatBounds, heatOf, heatShade } from "./heat.ts";
import { markup } from "./node.ts";
import { linearScale, logScale, niceStep, timeScale } from "./scale.ts";
import { timePlot } from "./time_plot.ts";

Deno.test("numbers are written for people", () => {
  const table: [actual: string, expected: string][] = [
    [formatTime(0), "0 ms"],
    [formatTime(0.85), "850 µs"],
    [formatTime(1.843), "1.84 ms"],
    [formatTime(999.6), "1.00 s"],
    [formatTime(125_000), "2m 05s"],
    [formatTime(null), "–"],
    [formatTime(NaN), "–"],
    [formatTick(0.5), "500 µs"],
    [formatTick(2000), "2 s"],
    [formatClock(3_725_000), "1h 02m"],
    [formatMoment(0), "0"],
    [formatMoment(600_000), "10m"],
    [formatMoment(90_000), "1m 30s"],
    [formatMoment(7_200_000), "2h"],
    [formatCount(39_204), "39,204"],
    [formatCount(1_250_000), "1.25M"],
    [formatCount(2e9), "2.00G"],
    [formatBytes(999), "999 B"],
    [formatBytes(1_230_000), "1.23 MB"],
    [formatShare(0), "0%"],
    [formatShare(0.00001), "<0.01%"],
    [formatShare(0.0047), "0.47%"],
    [formatShare(0.99999), ">99.99%"],
    [formatRate(3920.4), "3,920"],
    [formatRate(0.5), "0.50"],
    [formatNumber(0.001), "0.0010"],
    [formatNumber(1.5), "1.5"],
  ];
  for (const [actual, expected] of table) assert.equal(actual, expected);
});

Deno.test("the page's heat buckets are the record's", () => {
  for (const bucket of [0, 1, 2, 9, 160, 161, 480, 481]) {
    assert.deepEqual(heatBounds(bucket), recorded(bucket), `bucket ${bucket}`);
  }
});

Deno.test("a heatmap shows where the values are, not the one that was far off", () => {
  const columns = Array.from({ length: 100 }, () => [160, 500, 161, 500]);
  columns[50] = [160, 500, 161, 500, 400, 1];
  const heat = heatOf(columns)!;
  assert.deepEqual([heat.low, heat.high, heat.most], [159, 162, 500]);
  assert.equal(heatOf([[], []]), null);
});

Deno.test("one value is still seen beside a thousand", () => {
  assert.equal(heatShade(0, 1000), 0);
  assert.ok(heatShade(1, 1000) > 0.1);
  assert.equal(heatShade(1000, 1000), 1);
});

Deno.test("axes have few, round ticks that hold what is drawn", () => {
  assert.deepEqual(linearScale(53, 0, 1).ticks, [0, 20, 40, 60]);
  assert.deepEqual(linearScale(0, 0, 1).ticks, [0, 1]);
  assert.deepEqual(linearScale(0.3, 0, 1).ticks, [0, 0.1, 0.2, 0.3]);
  assert.deepEqual(logScale(0.8, 120, 0, 1).ticks, [1, 2, 5, 10, 20, 50, 100]);
  assert.deepEqual(logScale(0.01, 120, 0, 1).ticks, [0.01, 0.1, 1, 10, 100]);
  assert.deepEqual(timeScale(600_000, 0, 1).ticks.at(-1), 600_000);
  for (let seed = 1; seed < 2000; seed++) {
    const most = 10 ** (seed / 100 - 6) * (1 + seed % 7);
    const { ticks, at } = linearScale(most, 0, 1);
    assert.ok(ticks.length >= 2 && ticks.length <= 7, `${most}: ${ticks}`);
    assert.ok(ticks.at(-1)! >= most * (1 - 1e-9) && at(most) <= 1 + 1e-9, `${most}: ${ticks}`);
    assert.ok(niceStep(most) >= most * (1 - 1e-9));
  }
});

Deno.test("a line has a gap where there was nothing, and keeps a peak among many steps", () => {
  const plotted = (values: (number | null)[]) =>
    markup(timePlot({
      ...{ title: "t", stepMs: 1000, elapsedMs: values.length * 1000, format: String },
      lines: [{ label: "a", color: "c1", values }],
    }));
  assert.equal(plotted([1, 2, null, 3, 4]).match(/class="stroke/g)!.length, 2);
  const many = Array.from({ length: 3600 }, (_, i) => i === 1801 ? 100 : 1);
  const path = /class="stroke[^>]*d="([^"]*)"/.exec(plotted(many))![1]!;
  assert.ok(path.split("L").length <= 240);
  assert.ok(/ 44(\.\d)?(L|$)/.test(path), "the peak is at the top");
  assert.doesNotMatch(plotted([]), /NaN|Infinity/);
  assert.doesNotMatch(plotted([null, null]), /NaN|Infinity/);
});
