import assert from "node:assert/strict";
import { type Aggregate, emptyAggregate, isStat, mergeAggregate, summarize } from "./aggregate.ts";
import { MetricError } from "./errors.ts";

function trend(...values: number[]): Aggregate {
  const aggregate = emptyAggregate("trend");
  for (const value of values) aggregate.histogram.add(value);
  return aggregate;
}

const CASES: [Aggregate, Record<string, number>][] = [
  [trend(1, 2, 3, 4), { avg: 2.5, min: 1, max: 4, med: 2.5, count: 4, "p(0)": 1, "p(100)": 4 }],
  [trend(10, 20), { "p(95)": 19.5, "p(99.5)": 19.95 }],
  [trend(), { avg: 0, min: 0, max: 0, med: 0, count: 0, "p(95)": 0 }],
  [{ type: "counter", total: 30 }, { count: 30, rate: 3 }],
  [{ type: "gauge", value: 4, min: -1, max: 9 }, { value: 4, min: -1, max: 9 }],
  [emptyAggregate("gauge"), { value: 0, min: 0, max: 0 }],
  [{ type: "rate", passes: 3, total: 4 }, { rate: 0.75, passes: 3, fails: 1 }],
  [emptyAggregate("rate"), { rate: 0, passes: 0, fails: 0 }],
];

Deno.test("each statistic of each kind is read", () => {
  for (const [aggregate, stats] of CASES) {
    for (const [stat, expected] of Object.entries(stats)) {
      const value = summarize(aggregate, stat, 10_000);
      assert.ok(
        Math.abs(value - expected) <= Math.abs(expected) / 128,
        `${aggregate.type} ${stat}: ${value}`,
      );
      assert.equal(isStat(aggregate.type, stat), true);
    }
  }
});

Deno.test("a counter's rate over no time is 0", () => {
  assert.equal(summarize({ type: "counter", total: 30 }, "rate"), 0);
});

Deno.test("a statistic that a kind doesn't have is refused with those it has", () => {
  const wrong: [Aggregate, string][] = [
    [trend(1), "p95"],
    [trend(1), "p(101)"],
    [trend(1), "p(N)"],
    [trend(1), "rate"],
    [emptyAggregate("counter"), "avg"],
    [emptyAggregate("gauge"), "rate"],
    [emptyAggregate("rate"), "count"],
  ];
  for (const [aggregate, stat] of wrong) {
    assert.equal(isStat(aggregate.type, stat), false, stat);
    assert.throws(() => summarize(aggregate, stat), (error) => {
      assert.ok(error instanceof MetricError && error.code === "stat_invalid");
      return error.message.includes(`"${stat}"`) && error.message.includes("it has ");
    });
  }
});

Deno.test("merging adds up each kind", () => {
  const pairs: [Aggregate, Aggregate, Aggregate][] = [
    [{ type: "counter", total: 1 }, { type: "counter", total: 2 }, { type: "counter", total: 3 }],
    [
      { type: "gauge", value: 1, min: 0, max: 5 },
      { type: "gauge", value: 3, min: 2, max: 7 },
      { type: "gauge", value: 3, min: 0, max: 7 },
    ],
    [
      { type: "rate", passes: 1, total: 2 },
      { type: "rate", passes: 0, total: 3 },
      { type: "rate", passes: 1, total: 5 },
    ],
  ];
  for (const [into, from, expected] of pairs) {
    mergeAggregate(into, from);
    assert.deepEqual(into, expected);
  }
  const into = trend(1, 2);
  mergeAggregate(into, trend(3));
  assert.deepEqual([summarize(into, "count"), summarize(into, "max")], [3, 3]);
});
