import assert from "node:assert/strict";
import { startRun } from "../runner/mod.ts";
import { type Schema, violations } from "../report/schema_for_tests.ts";
import { checkRecord } from "./check.ts";
import type { RunRecord } from "./record.ts";
import { fakeRecord } from "./record_for_tests.ts";
import { RunRecorder } from "./recorder.ts";
import schema from "./record.schema.json" with { type: "json" };

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value));

/** What is wrong with a record by its schema; its summary has one of its own, and a test there. */
const wrong = (record: unknown): string[] => violations(schema as Schema, record);

/** The record of a real run of a function in this process. */
async function recorded(
  options: Record<string, unknown>,
  load: () => unknown = () => {},
): Promise<RunRecord> {
  const recorder = new RunRecorder();
  const { result } = startRun({
    source: { kind: "builtin", name: "load", args: null, title: "load" },
    overrides: options,
    env: {},
    inline: true,
    shardEntry: new URL(import.meta.url),
    setup: { modules: {}, builtins: { load: () => ({ default: load }) } },
    allowNet: [],
    allowRead: [],
  }, {
    progress: (progress) => recorder.progress(progress),
    log: (entry) => recorder.log(entry),
  });
  return throughJson(recorder.record(await result, { script: null }));
}

Deno.test("the record of a real run matches its schema, and passes its check", async () => {
  const record = await recorded({
    vus: 2,
    duration: "2500ms",
    thresholds: { iterations: ["count>1"], iteration_duration: ["p(95)<1000"] },
    tags: { stage: "test" },
  }, () => new Promise((done) => setTimeout(done, 5)));
  assert.deepEqual(wrong(record), []);
  checkRecord(record, "it");
  const count = record.summary.metrics["iterations"]!.values["count"]!;
  const steps = record.timeline.series.find(({ metric, tags }) =>
    metric === "iterations" && Object.keys(tags).length === 0
  )!.columns["sum"]!;
  assert.equal(steps.reduce<number>((sum, value) => sum + (value ?? 0), 0), count);
  assert.ok(record.timeline.steps >= 2, `${record.timeline.steps} steps`);
  assert.deepEqual(record.shardHistograms?.map(({ tags, count }) => [tags, count]), [
    [{ shard: "0" }, count],
  ]);
});

Deno.test("a run that was over before its first second has a step too", async () => {
  const record = await recorded({ iterations: 3 }, () => console.log("hello"));
  assert.deepEqual(wrong(record), []);
  assert.equal(record.timeline.steps, 1);
});

Deno.test("a generated record, failed thresholds and all, matches the schema", () => {
  const record = throughJson(fakeRecord({ seconds: 30 }));
  assert.deepEqual(wrong(record), []);
});

Deno.test("the schema refuses what is not in it", () => {
  const record = throughJson(fakeRecord({ seconds: 2 }));
  assert.match(wrong({ ...record, extra: 1 })[0]!, /extra is not in the schema/);
  assert.match(wrong({ ...record, version: 2 })[0]!, /version is not 1/);
  assert.notEqual(wrong({ ...record, exitCode: -1 }).length, 0);
});

Deno.test("of a long log the first and the last lines are kept, long ones cut", () => {
  const log = fakeRecord({
    seconds: 600,
    log: Array.from({ length: 600 }, (_, n) => ({
      level: "info",
      source: "script",
      text: n === 0 ? "x".repeat(10_000) : `${n}`,
    })),
  }).log;
  assert.equal(log.length, 501);
  assert.equal(log[0]!.text.length, 4001);
  assert.deepEqual(log.slice(199, 203).map(({ text }) => text), [
    "199",
    "100 lines are not kept",
    "300",
    "301",
  ]);
  assert.ok(log[1]!.elapsedMs >= 1000 && log[1]!.elapsedMs < 1010, "the time it was logged at");
});
