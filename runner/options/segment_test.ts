import assert from "node:assert/strict";
import { parseOptions } from "./mod.ts";

const read = (executionSegment: unknown, executionSegmentSequence?: unknown) =>
  parseOptions({ executionSegment, executionSegmentSequence }).segment;

Deno.test("equal parts of a test are segments, however they are written", () => {
  const table: [unknown, string | undefined, number, number][] = [
    [undefined, undefined, 0, 1],
    ["0:1", undefined, 0, 1],
    ["1", undefined, 0, 1],
    ["1/4", undefined, 0, 4],
    ["0:1/4", undefined, 0, 4],
    ["1/4:1/2", undefined, 1, 4],
    ["1/4:2/4", undefined, 1, 4],
    ["3/4:1", undefined, 3, 4],
    ["2/3:1", undefined, 2, 3],
    ["1/3:1/2", undefined, 2, 6],
    ["6/9:9/9", undefined, 2, 3],
    ["25%:50%", undefined, 1, 4],
    ["0.25:0.5", undefined, 1, 4],
    ["12.5%:25%", undefined, 1, 8],
    [" 10% ", undefined, 0, 10],
    ["1/3:2/3", "0,1/3,2/3,1", 1, 3],
    ["0.5:1", "0,50%,100%", 1, 2],
    ["0:1", "0,1", 0, 1],
    ["999999/1000000:1", undefined, 999_999, 1_000_000],
  ];
  for (const [segment, sequence, offset, stride] of table) {
    assert.deepEqual(read(segment, sequence), { offset, stride }, `${segment} of ${sequence}`);
  }
});

Deno.test("other segments are refused, saying what can be written", () => {
  const table: [unknown, unknown, RegExp][] = [
    ["0:2/3", undefined, /an equal part such as 1\/4:2\/4, the second of four: "0:2\/3"/],
    ["1/6:1/2", undefined, /equal part/],
    ["1/2:1/2", undefined, /equal part/],
    ["1/2:1/4", undefined, /equal part/],
    ["1/2:3/2", undefined, /equal part/],
    ["3/2", undefined, /equal part/],
    ["0", undefined, /equal part/],
    ["1/0", undefined, /equal part/],
    ["-1/4:0", undefined, /equal part/],
    ["1/4:2/4:3/4", undefined, /equal part/],
    ["a:b", undefined, /equal part/],
    ["1/4%", undefined, /equal part/],
    ["0:1/1000001", undefined, /at least 1\/1000000 of the test/],
    [0.25, undefined, /executionSegment must be text/],
    [undefined, "0,1/2,1", /executionSegmentSequence needs executionSegment/],
    ["0:1/2", "0,1/4,1", /equal parts from 0 to 1 such as/],
    ["0:1/2", "1/2,1", /equal parts/],
    ["0:1/2", "0", /equal parts/],
    ["0:1/2", "0,x,1", /equal parts/],
    ["0:1/2", "0,1/3,2/3,1", /has 3 parts, and executionSegment is one of 2/],
  ];
  for (const [segment, sequence, message] of table) {
    assert.throws(() => read(segment, sequence), message, `${segment} of ${sequence}`);
  }
});
