import assert from "node:assert/strict";
import { OptionError } from "../internal/mod.ts";
import type { Metric } from "../metrics/mod.ts";
import { batchOf, type GivenSample, withFile, writeAll } from "./_outputs_for_tests.ts";
import { csvOutput } from "./csv.ts";

const AT = Date.UTC(2026, 2, 1, 12, 0, 0);
const REQS: Metric = { name: "http_reqs", type: "counter", contains: "default" };
const HEADER =
  "metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,method," +
  "name,proto,scenario,service,status,subproto,tls_version,url,extra_tags,metadata";

async function linesOf(samples: readonly GivenSample[], format?: string): Promise<string[]> {
  return await withFile("x.csv", async (path) => {
    await writeAll(csvOutput(path, format), [await batchOf(samples)]);
    return (await Deno.readTextFile(path)).split("\n");
  });
}

Deno.test("a sample is a line with k6's columns; tags without a column share one", async () => {
  const tags = { method: "GET", status: "200", url: "http://a/", b: "2", a: "1" };
  assert.deepEqual(await linesOf([[REQS, tags, AT + 999, 1], [REQS, {}, AT + 1000, 2]]), [
    HEADER,
    "http_reqs,1772366400,1.000000,,,,,,GET,,,,,200,,,http://a/,a=1&b=2,",
    "http_reqs,1772366401,2.000000,,,,,,,,,,,,,,,,",
    "",
  ]);
});

Deno.test("fields with commas, quotes, line breaks or a space in front are quoted", async () => {
  const [, line] = await linesOf([[REQS, { check: 'say "a,b"', group: " x", z: "\n" }, AT, 1]]);
  assert.match(line!, /^http_reqs,\d+,1\.000000,"say ""a,b""",,,," x",/);
  const whole = await linesOf([[REQS, { z: "1\n2" }, AT, 1]]);
  assert.equal(whole.slice(1, 3).join("\n").endsWith(',"z=1\n2",'), true);
});

const VALUES: [value: number, text: string][] = [
  [0, "0.000000"],
  [-0.0000001, "0.000000"],
  [-5, "-5.000000"],
  [0.1234567891, "0.123457"],
  [999.9999999, "1000.000000"],
  [1e21, "1000000000000000000000.000000"],
  [2 ** 53, "9007199254740992.000000"],
  [9_007_199_254.5, "9007199254.500000"],
  [-123_456_789_012.25, "-123456789012.250000"],
];

Deno.test("values have six digits behind the point, as k6 writes them", async () => {
  const lines = await linesOf(VALUES.map(([value]) => [REQS, {}, AT, value]));
  assert.deepEqual(lines.slice(1, -1).map((line) => line.split(",")[2]), VALUES.map(([, t]) => t));
});

const FORMATS: [format: string, text: string][] = [
  ["unix", "1772366400"],
  ["unix_milli", "1772366400123"],
  ["unix_micro", "1772366400123250"],
  ["unix_nano", "1772366400123250000"],
  ["rfc3339", "2026-03-01T12:00:00Z"],
  ["rfc3339_nano", "2026-03-01T12:00:00.123250Z"],
];

for (const [format, text] of FORMATS) {
  Deno.test(`times can be written as ${format}`, async () => {
    const [, line] = await linesOf([[REQS, {}, AT + 123.25, 1]], format);
    assert.equal(line?.split(",")[1], text);
  });
}

Deno.test("another time format is refused by name", () => {
  assert.throws(() => csvOutput("x.csv", "iso"), (error) => {
    assert.ok(error instanceof OptionError);
    assert.match(error.message, /^K6_CSV_TIME_FORMAT is not one of unix, .*: "iso"$/);
    return true;
  });
});
