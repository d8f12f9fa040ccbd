import assert from "node:assert/strict";
import { DownpourError } from "../../internal/mod.ts";
import { type Schema, violations } from "../../report/schema_for_tests.ts";
import type { RunRecord } from "../record.ts";
import { type FakeEndpoint, fakeRecord, SHOP } from "../record_for_tests.ts";
import {
  compareRuns,
  comparisonData,
  comparisonMarkdown,
  parseRule,
  renderComparison,
} from "./mod.ts";

const [HOME, CART] = SHOP as [FakeEndpoint, FakeEndpoint];

function shop(seed: number, median = CART.median, name = CART.name): RunRecord {
  const cart = { ...CART, name, rate: 60, tail: 3, median };
  return fakeRecord({ seed, seconds: 30, exitCode: 0, endpoints: [HOME, cart] });
}

const side = (...records: RunRecord[]) =>
  records.map((record, i) => ({ label: String(i + 1), record }));

Deno.test("the whole load comes first, then its endpoints, each with its verdicts", () => {
  const { changes } = compareRuns(side(shop(1)), side(shop(2, 10)));
  const of = (metric: string, name?: string) =>
    changes.filter((change) => change.metric.name === metric && change.tags["name"] === name)
      .map(({ verdict }) => verdict);
  assert.deepEqual(of("http_req_duration", CART.name), ["worse", "worse", "worse"]);
  assert.deepEqual(of("http_req_duration", HOME.name), ["noise", "noise", "noise"]);
  assert.equal(of("http_req_duration")[0], "worse");
  assert.deepEqual(of("http_req_waiting"), [], "phases are not compared");
  assert.equal(changes[0]!.metric.name, "http_reqs");
  const back = compareRuns(side(shop(2, 10)), side(shop(1))).changes;
  assert.ok(back.some(({ verdict }) => verdict === "better"));
  assert.ok(back.every(({ verdict }) => verdict !== "worse"));
});

Deno.test("the same runs and seed give the same comparison, a run is no different from itself", () => {
  const [before, after] = [side(shop(1)), side(shop(2))];
  const data = (seed: number) => comparisonData(compareRuns(before, after, { seed }));
  assert.deepEqual(data(1), data(1));
  assert.notDeepEqual(data(1).changes, data(2).changes);
  const own = compareRuns(before, before);
  assert.ok(own.changes.every(({ verdict, change }) => verdict === "noise" && change === 0));
});

Deno.test("runs without a metric in common can't be compared", () => {
  const other: RunRecord = {
    ...shop(1),
    series: [],
    histograms: [],
  };
  assert.throws(
    () => compareRuns(side(shop(1)), side(other)),
    (error) => error instanceof DownpourError && error.code === "compare_nothing",
  );
});

Deno.test("errors that appear out of nothing are worse, those that go better", () => {
  const dropping = (count: number): RunRecord => {
    const record = shop(1);
    const dropped = {
      metric: "dropped_iterations",
      type: "counter",
      contains: "default",
      tags: {},
      values: { total: count },
    } as const;
    return { ...record, series: [...record.series, dropped] };
  };
  const verdict = (before: number, after: number) =>
    compareRuns(side(dropping(before)), side(dropping(after))).changes
      .find(({ metric }) => metric.name === "dropped_iterations")?.verdict;
  assert.equal(verdict(0, 900), "worse");
  assert.equal(verdict(900, 0), "better");
  assert.equal(verdict(0, 0), "noise");
});

Deno.test("what makes a comparison doubtful is noted", () => {
  const limited = shop(1);
  limited.summary.run.generator.verdict = "limited";
  const elsewhere = { ...shop(2), machine: { ...shop(2).machine, cores: 99 } };
  const { notes } = compareRuns(side(limited), side(elsewhere));
  assert.match(notes.join("\n"), /run 1: the generator was the limit/);
  assert.match(notes.join("\n"), /the machines differ/);
  assert.match(notes.join("\n"), /one run a side/);
  const several = side(shop(1), shop(2), shop(3));
  assert.deepEqual(compareRuns(several, several).notes, []);
});

Deno.test("a comparison is a table, and rules say how they ended", () => {
  const rules = ["p50>+10%", "rate<-5%"].map(parseRule);
  const text = renderComparison(compareRuns(side(shop(1)), side(shop(2, 10)), { rules }));
  assert.match(text, /^compared {2}1 \(shop.ts, 30s\) {2}with {2}1 \(shop.ts, 30s\)\n/);
  assert.match(
    text,
    /\n {2}GET \/cart\n(?: {4}.*\n){2} {4}http_req_duration p50 +5\.\d+ms +(9\.\d+|10\.\d)ms +\+\d+\.\d% .* worse\n/,
  );
  assert.match(text, /✗ p50>\+10% {3}http_req_duration p50 \+/);
  assert.match(text, /✓ rate<-5% {3}http_reqs rate /);
  assert.match(text, /method +99% intervals of 2000 resamples, seed 1; changes under 5% /);
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(text, /\x1b/);
  const colored = renderComparison(compareRuns(side(shop(1)), side(shop(2, 10))), { color: true });
  // deno-lint-ignore no-control-regex
  assert.match(colored, /\x1b\[31m/);
});

Deno.test("of many endpoints those without a change are left out, and counted", () => {
  const many = (seed: number, slow: number) =>
    fakeRecord({
      seed,
      seconds: 20,
      endpoints: Array.from({ length: 9 }, (_, n) => ({
        ...HOME,
        name: `/${n}`,
        tail: 2,
        median: n === 4 ? slow : 5,
      })),
    });
  const comparison = compareRuns(side(many(1, 5)), side(many(2, 15)));
  const text = renderComparison(comparison);
  assert.match(text, /GET \/4\n/);
  assert.doesNotMatch(text, /GET \/5\n/);
  assert.match(text, /\d+ more parts without a change \(--all shows them\)/);
  assert.match(renderComparison(comparison, { all: true }), /GET \/5\n/);
});

Deno.test("hostile names are text in Markdown and hold no control characters in a terminal", () => {
  const name = "/<script>alert(1)</script>|`x`\u001b[31m@me";
  const comparison = compareRuns(side(shop(1, 5, name)), side(shop(2, 10, name)));
  const markdown = comparisonMarkdown(comparison, true);
  assert.doesNotMatch(markdown, /<script>/);
  assert.match(markdown, /&lt;script&gt;/);
  for (const line of markdown.split("\n").filter((line) => line.startsWith("|"))) {
    assert.equal(line.replaceAll("\\|", "").split("|").length, 8, line);
  }
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(renderComparison(comparison), /\x1b/);
});

Deno.test("the JSON of a comparison matches its schema", () => {
  const text = { type: "string" };
  const number = { type: "number" };
  const list = (items: Schema) => ({ type: "array", items });
  const object = (properties: Record<string, Schema>) => ({
    type: "object",
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  });
  const change = object({
    metric: text,
    tags: { type: "object", additionalProperties: text },
    statistic: text,
    before: number,
    after: number,
    scale: { enum: ["relative", "points", "plain"] },
    change: number,
    interval: list(number),
    verdict: { enum: ["better", "worse", "different", "noise"] },
  });
  const run = object({ run: text, id: text, name: text, startedAt: text, durationMs: number });
  const schema = object({
    schemaVersion: { const: 1 },
    before: list(run),
    after: list(run),
    ...{ confidence: number, relevance: number, seed: number, resamples: number },
    changes: list(change),
    rules: list(object({ rule: text, ok: { type: "boolean" }, changes: list(change) })),
    notes: list(text),
  });
  const rules = [parseRule("p99>+10%")];
  const data = comparisonData(compareRuns(side(shop(1)), side(shop(2, 10)), { rules }));
  assert.deepEqual(violations(schema, JSON.parse(JSON.stringify(data))), []);
});
