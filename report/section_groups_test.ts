import assert from "node:assert/strict";
import { runOptions, runResult, Samples } from "./_fixture_for_tests.ts";
import { groupTimes } from "./_groups.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderSummary } from "./summary.ts";
import { summaryData } from "./summary_json.ts";

/** A shop: groups in two scenarios, one within another, met in an order that is not theirs. */
function shop(): Samples {
  const group = (samples: Samples, path: string, values: number[], scenario = "a") =>
    samples.add("group_duration", "trend", values, { group: path, scenario }, "time");
  const samples = new Samples();
  group(samples, "::setup", [900]);
  group(samples, "::login", [10, 10, 10]);
  group(samples, "::browse", [5]);
  group(samples, "::login::form", [4, 4]);
  group(samples, "::login", [40], "b");
  group(samples, "::cut off::inner", [7]);
  return samples.add("group_duration", "trend", [3], { scenario: "a" }, "time");
}

/** The lines of the section, cells apart by two spaces. */
function groupsOf(text: string): string[] {
  const lines = text.split("\n");
  const at = lines.findIndex((line) => line.startsWith("groups  "));
  if (at < 0) return [];
  return lines.slice(at + 1, lines.indexOf("", at)).map((line) =>
    line.trim().replace(/ {2,}/g, "  ")
  );
}

Deno.test("a group has a row with its times over all scenarios, groups within it below", () => {
  assert.deepEqual(groupsOf(renderSummary(runResult(shop().registry))), [
    "group  count  p50  p95  p99",
    "login  4  10.0ms  35.5ms  39.1ms",
    "login › form  2  4.00ms  4.00ms  4.00ms",
    "browse  1  5.00ms  5.00ms  5.00ms",
    "cut off › inner  1  7.00ms  7.00ms  7.00ms",
  ]);
});

Deno.test("a script without groups has no such section, nor has one with only setup", () => {
  const setup = new Samples().add("group_duration", "trend", [9], { group: "::setup" }, "time");
  for (const samples of [new Samples(), setup]) {
    assert.deepEqual(groupsOf(renderSummary(runResult(samples.registry))), []);
    assert.deepEqual(summaryData(runResult(samples.registry)).run.groups, []);
  }
});

Deno.test("of very many groups the first are shown and the others counted, in full all are", () => {
  const samples = new Samples();
  for (let i = 0; i < 30; i++) {
    samples.add("group_duration", "trend", [1], { group: `::g${i}` }, "time");
  }
  const compact = groupsOf(renderSummary(runResult(samples.registry)));
  assert.deepEqual([compact.length, compact.at(-1)], [18, "and 14 more"]);
  const options = runOptions({ summaryMode: "full" });
  const full = groupsOf(renderSummary(runResult(samples.registry, { options })));
  assert.equal(full.length, 31);
  assert.match(full.at(-1)!, /^g29 /);
});

Deno.test("the summary's data has the groups in the same order", () => {
  const result = runResult(shop().registry);
  const { groups } = summaryData(result).run;
  assert.deepEqual(groups.map(({ path }) => path), groupTimes(result.metrics).map((g) => g.path));
  const { path, duration: { count, avg, min, max } } = groups[0]!;
  assert.deepEqual([path, count, avg, min, max], ["::login", 4, 17.5, 10, 40]);
});

Deno.test("a CI job's summary has the groups too", () => {
  const text = renderMarkdown(runResult(shop().registry));
  assert.match(text, /^\| group \| count \| p50 \| p95 \| p99 \|$/m);
  assert.match(text, /^\| login › form \| 2 \| 4\.00ms \|/m);
});
