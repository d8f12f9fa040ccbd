import assert from "node:assert/strict";
import { checkRecord } from "./check.ts";
import { RecordError } from "./errors.ts";
import { fakeRecord, seeded } from "./record_for_tests.ts";
import { resultOf } from "./restore.ts";

const GOOD = JSON.stringify(fakeRecord({ seconds: 3 }));

/** A good record with one place in it changed. */
function changed(path: string, value: unknown): unknown {
  const record = JSON.parse(GOOD);
  const keys = path.split(".");
  let at = record;
  for (const key of keys.slice(0, -1)) at = at[key];
  if (value === undefined) delete at[keys.at(-1)!];
  else at[keys.at(-1)!] = value;
  return record;
}

function refusal(value: unknown): RecordError {
  try {
    checkRecord(value, "0007/record.json");
  } catch (error) {
    assert.ok(error instanceof RecordError, String(error));
    return error;
  }
  assert.fail("it was taken");
}

Deno.test("a good record is taken as it is", () => {
  const record = JSON.parse(GOOD);
  assert.equal(checkRecord(record, "it"), record);
});

Deno.test("a damaged record is refused with the place of the damage", () => {
  const cases: [path: string, value: unknown, message: RegExp][] = [
    ["version", 0, /its version is unknown/],
    ["version", "1", /its version is unknown/],
    ["id", undefined, /id is missing/],
    ["startedAt", "yesterday", /startedAt is no date/],
    ["durationMs", -1, /durationMs is below 0/],
    ["durationMs", "10", /durationMs is no number/],
    ["machine.cores", null, /machine.cores is no number/],
    ["script", 5, /script is no object/],
    ["summary.metrics.vus.values.value", {}, /summary.metrics.vus.values.value is no number/],
    ["summary.run.endpoints", {}, /summary.run.endpoints is no list/],
    ["summary.run.options", undefined, /summary.run.options is missing/],
    ["thresholds.0.value", "x", /thresholds\[0\].value is no number/],
    ["timeline.steps", 5, /columns.sum has not 5 entries/],
    ["timeline.stepMs", 0, /timeline.stepMs is below 1/],
    ["timeline.series.0.type", "heap", /timeline.series\[0\].type is none of/],
    ["timeline.series.0.columns", [], /timeline.series\[0\].columns is no object/],
    ["series.0.values.total", null, /series\[0\].values.total is no number/],
    ["series.0.tags", { a: 1 }, /series\[0\].tags.a is no text/],
    ["histograms.0.buckets.1", 1e9, /histograms\[0\].buckets count \d+, not \d+/],
    ["histograms.0.buckets.1", -1, /histograms\[0\].buckets\[1\] is no count/],
    ["histograms.0.buckets.2", -5, /histograms\[0\].buckets\[2\] is not above the last/],
    ["log.0.level", "loud", /log\[0\].level is none of/],
  ];
  for (const [path, value, message] of cases) {
    const error = refusal(changed(path, value));
    assert.equal(error.code, "record_corrupt", path);
    assert.match(error.message, message, path);
    assert.match(error.message, /^0007\/record.json is damaged: /, path);
  }
});

Deno.test("groups that nest without end are damage, not a stack overflow", () => {
  let group: Record<string, unknown> = { name: "", path: "", groups: [], checks: [] };
  for (let n = 0; n < 500; n++) group = { name: "", path: "", groups: [group], checks: [] };
  assert.match(refusal(changed("summary.root_group", group)).message, /nested too deep/);
});

Deno.test("what is no record at all, or a newer one, is told apart", () => {
  for (const value of [null, 5, "x", [], {}, { schema: "k6" }]) {
    assert.match(refusal(value).message, /is no run of Downpour/);
  }
  const newer = refusal(changed("version", 2));
  assert.equal(newer.code, "record_future");
  assert.match(newer.message, /has version 2, and Downpour [\d.]+ reads 1/);
});

Deno.test("whatever was changed, a record is refused or can be worked with", () => {
  const random = seeded(11);
  const values = [null, -1, 1e308, "x", [], {}, true, [null], { a: 1 }, 0.5];
  let refused = 0;
  for (let round = 0; round < 400; round++) {
    const record = JSON.parse(GOOD);
    let at: Record<string, unknown> = record;
    for (;;) {
      const keys = Object.keys(at);
      const key = keys[Math.floor(random() * keys.length)]!;
      const inner = at[key];
      const isLeaf = typeof inner !== "object" || inner === null || Object.keys(inner).length === 0;
      if (isLeaf || random() < 0.2) {
        at[key] = values[Math.floor(random() * values.length)];
        break;
      }
      at = inner as Record<string, unknown>;
    }
    try {
      resultOf(checkRecord(record, "it"));
    } catch (error) {
      assert.ok(error instanceof RecordError, `round ${round}: ${error}`);
      refused++;
    }
  }
  assert.ok(refused > 200, `${refused} refused`);
});

Deno.test("a record's shards keep how long their iterations took, and damage there is told", () => {
  const record = JSON.parse(GOOD);
  const histogram = { count: 3, sum: 21, min: 5, max: 9, buckets: [5, 1, 7, 1, 9, 1] };
  const kept = { metric: "iteration_duration", contains: "time", tags: { shard: "0" } };
  record.shardHistograms = [{ ...kept, ...histogram }];
  const read = () => resultOf(checkRecord(JSON.parse(JSON.stringify(record)), "it"));
  const { count, sum, min, max } = read().shards[0]!.durations;
  assert.deepEqual([count, sum, min, max], [3, 21, 5, 9]);
  record.shardHistograms = [{ ...kept, ...histogram, max: "9" }];
  assert.throws(read, /damaged: shardHistograms\[0\]\.max/);
  delete record.shardHistograms;
  assert.equal(read().shards[0]!.durations.count, 0);
});

Deno.test("a record from before shards told where they ran is read, and one that tells it wrongly is not", () => {
  const record = JSON.parse(GOOD);
  const { run } = record.summary;
  const link = { agent: "a", labels: { zone: "eu" }, clockOffsetMs: 1, clockErrorMs: null };
  const whole = { ...link, startedAt: null, lost: 0, missing: 2, silent: false };
  run.shards[0].link = whole;
  run.complete = false;
  const read = () => resultOf(checkRecord(JSON.parse(JSON.stringify(record)), "it"));
  assert.deepEqual([read().shards[0]!.link, read().complete], [whole, false]);
  run.shards[0].link = link;
  assert.throws(read, /shards\[0\]\.link\.startedAt is missing/);
  const { index, state, reason, iterations } = run.shards[0];
  run.shards = [{ index, state, reason, iterations }];
  delete run.complete;
  const { shards: [shard], complete } = read();
  assert.deepEqual([shard!.name, shard!.link, shard!.instead, complete], [
    "shard 0",
    null,
    null,
    true,
  ]);
});
