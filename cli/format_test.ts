import assert from "node:assert/strict";
import { formatOutputs, summaryFormat } from "./format.ts";

Deno.test("a format says what standard output gets", () => {
  const cases: [format: string | undefined, "text" | "json" | null, string[]][] = [
    [undefined, "text", []],
    ["text", "text", []],
    ["json", "json", []],
    ["csv", null, ["csv=-"]],
    ["ndjson", null, ["json=-"]],
    ["quiet", null, []],
  ];
  for (const [format, summary, outputs] of cases) {
    const flags = { out: [], ...(format === undefined ? {} : { format }) };
    assert.equal(summaryFormat(flags), summary);
    assert.deepEqual(formatOutputs(flags), outputs);
  }
});

Deno.test("another format, and two that want standard output, are errors", () => {
  assert.throws(() => summaryFormat({ out: [], format: "xml" }), {
    message: '--format is not one of text, json, csv, ndjson, quiet: "xml"',
  });
  for (const out of ["json", "json=", "csv=-"]) {
    assert.throws(() => summaryFormat({ out: [out], format: "json" }), {
      message: `--format json and --out ${out} both want standard output`,
    });
  }
  assert.equal(summaryFormat({ out: ["json=a.json"], format: "json" }), "json");
  assert.equal(summaryFormat({ out: ["json=-"] }), "text");
});
