import assert from "node:assert/strict";
import type { Aggregate } from "../metrics/mod.ts";
import type { OutputMoment, RunOutput } from "./output.ts";
import type { RunResult } from "./result.ts";
import { RunError } from "./run_error.ts";
import { checkResult, runScript } from "./testdata/runs.ts";

/** An output that adds up the samples of each series, and keeps what it was called with. */
function counting() {
  const seen = new Map<string, { count: number; sum: number }>();
  const moments: OutputMoment[] = [];
  const results: (RunResult | null)[] = [];
  const times = { first: Infinity, last: 0 };
  let startedWith = "";
  const output: RunOutput = {
    name: "counting",
    samples: true,
    intervalMs: 20,
    start: ({ name, shards }) => Promise.resolve(void (startedWith = `${shards} ${name}`)),
    addSamples({ length, series, times: at, values }, outbox) {
      for (let i = 0; i < length; i++) {
        const { metric, tags } = series[i]!;
        const key = `${metric.name} ${JSON.stringify(tags.entries)}`;
        const entry = seen.get(key) ?? { count: 0, sum: 0 };
        entry.count++;
        entry.sum += values[i]!;
        seen.set(key, entry);
        times.first = Math.min(times.first, at[i]!);
        times.last = Math.max(times.last, at[i]!);
      }
      outbox.put(new Uint8Array(1), length);
    },
    flush: (moment) => void moments.push(moment),
    finish: (result) => void results.push(result),
  };
  return { output, seen, moments, results, times, startedWith: () => startedWith };
}

/** What samples must add up to, to be those of an aggregate. */
function expected(aggregate: Aggregate): { count?: number; sum?: number } {
  switch (aggregate.type) {
    case "counter":
      return { sum: aggregate.total };
    case "rate":
      return { count: aggregate.total, sum: aggregate.passes };
    case "trend":
      return { count: aggregate.histogram.count, sum: aggregate.histogram.sum };
    case "gauge":
      return {};
  }
}

for (const inline of [true, false]) {
  const where = inline ? "inline" : "of two processes";

  Deno.test(`the samples ${where} add up to the totals, series by series`, async () => {
    const { output, seen, moments, results, times, startedWith } = counting();
    const before = Date.now();
    const run = runScript("lifecycle.ts", { inline, outputs: [output] });
    const result = checkResult(await run.result);
    assert.match(startedWith(), inline ? /^1 .*lifecycle\.ts$/ : /^2 .*lifecycle\.ts$/);
    let total = 0;
    const left = new Set(seen.keys());
    for (const metric of result.metrics.metrics()) {
      for (const { tags, aggregate } of result.metrics.series(metric.name)) {
        const key = `${metric.name} ${JSON.stringify(tags.entries)}`;
        const found = seen.get(key);
        assert.ok(found !== undefined, `no sample of ${key}`);
        left.delete(key);
        total += found.count;
        const { count = found.count, sum = found.sum } = expected(aggregate);
        assert.equal(found.count, count, key);
        assert.ok(Math.abs(found.sum - sum) < 1e-6 * (1 + Math.abs(sum)), key);
      }
    }
    assert.deepEqual([...left], [], "no samples of anything else");
    assert.deepEqual(result.outputs, [
      { name: "counting", written: total, dropped: 0, errors: 0, firstError: null },
    ]);
    assert.ok(times.first > before - 1000 && times.last < Date.now() + 1000);
    assert.deepEqual(results, [result]);
    assert.equal(moments.filter(({ final }) => final).length, 1);
    assert.equal(moments.at(-1)?.final, true);
    assert.equal(moments.at(-1)?.metrics, result.metrics);
  });
}

Deno.test("an output that can't start ends the run before its load", async () => {
  let closed = 0;
  const good: RunOutput = { name: "good", close: () => Promise.resolve(void closed++) };
  const bad: RunOutput = { name: "bad", start: () => Promise.reject(new Error("no server")) };
  const run = runScript("lifecycle.ts", { inline: true, outputs: [good, bad] });
  await assert.rejects(run.result, (error) => {
    assert.ok(error instanceof RunError);
    assert.equal(error.message, "Output bad can't start: no server");
    return true;
  });
  assert.equal(closed, 1);
  assert.ok(run.progress.every(({ phase }) => phase === "init"));
});

Deno.test("outputs end without a result where setup throws", async () => {
  const { output, results } = counting();
  const run = runScript("behaviour.ts", {
    inline: true,
    env: { MODE: "setup-throws" },
    outputs: [output],
  });
  await assert.rejects(run.result);
  assert.deepEqual(results, [null]);
});

Deno.test("an output that throws all the time costs the run nothing but a warning", async () => {
  const bad = (): never => {
    throw new Error("broken");
  };
  const output: RunOutput = { name: "bad", samples: true, addSamples: bad, flush: bad };
  const run = runScript("lifecycle.ts", { inline: false, outputs: [output] });
  const result = checkResult(await run.result);
  assert.equal(result.exitCode, 0);
  assert.equal(result.outputs[0]?.firstError, "broken");
  const warnings = run.logs.filter(({ text }) => text.startsWith("output bad"));
  assert.deepEqual(warnings.map(({ level, text }) => [level, text]), [
    ["warn", "output bad: broken"],
  ]);
});
