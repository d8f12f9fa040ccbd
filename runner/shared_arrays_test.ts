import assert from "node:assert/strict";
import { type MemoryRecords, openImage, writeRecords } from "./api/shared_records.ts";
import type { SharedImage } from "./api/mod.ts";
import type { LogEntry } from "./result.ts";
import { SharedArrays } from "./shared_arrays.ts";
import { checkResult, runScript } from "./testdata/runs.ts";

type FirstShard = Parameters<SharedArrays["take"]>[0];

/** A shard that has loaded these arrays, and what it is asked for. */
function shardWith(arrays: Record<string, readonly unknown[]>) {
  const records = new Map<string, MemoryRecords>();
  for (const [name, array] of Object.entries(arrays)) records.set(name, writeRecords(name, array));
  const asked: { from: number; to: number }[] = [];
  const call = (_: string, { name, from, to }: { name: string; from: number; to: number }) => {
    asked.push({ from, to });
    return Promise.resolve(records.get(name)!.image.slice(from, to).toBase64());
  };
  const infos = Array.from(records, ([name, { image, ends }]) => {
    return { name, size: image.size, count: ends.length };
  });
  return { shard: { call } as unknown as FirstShard, infos, asked };
}

function elementsOf(image: SharedImage): unknown[] {
  const records = openImage(image);
  const decoder = new TextDecoder();
  return Array.from(records.ends, (end, index) => {
    const from = index === 0 ? 0 : records.ends[index - 1]!;
    return JSON.parse(decoder.decode(records.read(from, end)));
  });
}

const ARRAYS = {
  users: [{ name: "ada" }, { name: "älan" }, 3],
  // More than one chunk, whose bounds lie anywhere.
  large: Array.from({ length: 3000 }, (_, id) => ({ id, pad: "x".repeat(2000) })),
  none: [],
};

Deno.test("small arrays travel as they are, and nothing is written", async () => {
  const { shard, infos, asked } = shardWith(ARRAYS);
  const logs: LogEntry[] = [];
  const arrays = new SharedArrays((entry) => logs.push(entry));
  const images = await arrays.take(shard, infos, 1000);
  assert.deepEqual(images.map(elementsOf), Object.values(ARRAYS));
  assert.deepEqual(arrays.readable, []);
  assert.ok(asked.length > 2 && asked.every(({ from, to }) => to - from <= 4 << 20));
  await arrays.remove();
  assert.deepEqual(logs, []);
});

Deno.test("what a shard throws while it is asked is thrown on, without a folder left behind", async () => {
  const shard = { call: () => Promise.reject(new Error("gone")) } as unknown as FirstShard;
  const logs: LogEntry[] = [];
  const arrays = new SharedArrays((entry) => logs.push(entry), 100);
  const info = { name: "x", size: 90, count: 1 };
  await assert.rejects(arrays.take(shard, [info], 1000), { message: "gone" });
  assert.deepEqual(await arrays.take(shard, [{ ...info, size: 101 }], 1000), []);
  assert.match(logs[0]!.text, /^Shared arrays of 1 MiB are loaded by each process: .*: gone$/);
  const [folder] = arrays.readable;
  await arrays.remove();
  assert.deepEqual(arrays.readable, []);
  await assert.rejects(Deno.stat(folder!), Deno.errors.NotFound);
});

Deno.test("arrays for other machines travel whatever their size is, up to what is sent at all", async () => {
  const { shard, infos } = shardWith(ARRAYS);
  const logs: LogEntry[] = [];
  const far = (maxCopied: number | null) =>
    new SharedArrays((entry) => logs.push(entry), maxCopied, true);
  const images = await far(null).take(shard, infos, 1000);
  assert.deepEqual(images.map(elementsOf), Object.values(ARRAYS));
  const small = far(1 << 20);
  assert.deepEqual(await small.take(shard, infos, 1000), []);
  assert.deepEqual([logs.length, small.readable], [1, []]);
  assert.match(logs[0]!.text, /by each process: only 1 MiB are sent to other machines$/);
});

Deno.test("parts of an image are the same wherever it is cut", () => {
  const { image } = writeRecords("x", ["a", "bc", { d: "ä" }]);
  const whole = image.slice(0, image.size);
  for (let from = 0; from <= image.size; from++) {
    for (let to = from; to <= image.size; to++) {
      assert.deepEqual(image.slice(from, to), whole.slice(from, to));
    }
  }
});

for (const inline of [true, false]) {
  Deno.test(`a large shared array is loaded once ${inline ? "inline" : "for three processes"}`, async () => {
    const run = runScript("shared.ts", { inline, shards: 3 });
    const result = checkResult(await run.result);
    assert.deepEqual([result.iterations.completed, result.iterations.thrown], [40, 0]);
    const checks = result.metrics.select("checks");
    assert.ok(checks?.type === "rate");
    assert.deepEqual([checks.passes, checks.total], [200, 200]);
    assert.equal(result.shards.length, inline ? 1 : 3);
    if (!inline) assert.deepEqual(run.logs.map(({ text }) => text), ["loaded"]);
  });
}
