import assert from "node:assert/strict";
import { formatNumber, formatSpread, formatTable } from "./table.ts";

Deno.test("formatTable aligns words left and figures right", () => {
  const table = formatTable(["name", "rate"], [["wrk -t1", "12"], ["k6", "3,456"], ["bare", "–"]]);
  assert.equal(
    table,
    [
      "name      rate",
      "-------  -----",
      "wrk -t1     12",
      "k6       3,456",
      "bare         –",
    ].join("\n"),
  );
});

Deno.test("formatNumber keeps about three digits and shows what is missing as a dash", () => {
  const cases: [number | null | undefined, string][] = [
    [123_456.7, "123,457"],
    [99.96, "100.0"],
    [12.34, "12.3"],
    [1.005, "1.01"],
    [0.0123, "0.012"],
    [0, "0.00"],
    [null, "–"],
    [undefined, "–"],
    [NaN, "–"],
  ];
  for (const [value, text] of cases) assert.equal(formatNumber(value), text);
});

Deno.test("formatSpread shows the extremes when there was more than one measurement", () => {
  assert.equal(formatSpread({ median: 2, min: 1, max: 3, count: 3 }), "2.00 (1.00–3.00)");
  assert.equal(formatSpread({ median: 2, min: 2, max: 2, count: 1 }), "2.00");
  assert.equal(formatSpread(null), "–");
});
