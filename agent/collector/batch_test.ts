import assert from "node:assert/strict";
import { result, results } from "../_results_for_tests.ts";
import { Batcher } from "./batch.ts";

const parsed = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes));

Deno.test("256 results are a batch, what is left is one when asked for", () => {
  const batcher = new Batcher();
  const batches = results(600).flatMap((one) => batcher.add(one) ?? []);
  assert.deepEqual(batches.map(({ count, sequence }) => [count, sequence]), [[256, 0], [256, 1]]);
  assert.equal(batcher.waiting, 88);
  const last = batcher.take()!;
  assert.deepEqual([last.count, last.sequence], [88, 2]);
  assert.equal(batcher.take(), null);
  assert.deepEqual([...batches, last].flatMap(({ bytes }) => parsed(bytes)), results(600));
});

Deno.test("lines go in as they are, among results", () => {
  const batcher = new Batcher();
  batcher.add(new TextEncoder().encode('{"url":"/ü"}'));
  batcher.add(result(1, { url: "/😀".repeat(50_000) }));
  const { bytes } = batcher.take()!;
  assert.deepEqual(parsed(bytes), [{ url: "/ü" }, result(1, { url: "/😀".repeat(50_000) })]);
});

Deno.test("long results make a batch before 256", () => {
  const batcher = new Batcher();
  const counts = results(40).flatMap((one) =>
    batcher.add({ ...one, url: "x".repeat(64 * 1024) })?.count ?? []
  );
  assert.deepEqual(counts, [16, 16]);
});
