import assert from "node:assert/strict";
import { type FailureSample, FailureSamples } from "./failures.ts";

const failure = (kind: string, more: Partial<FailureSample> = {}): FailureSample => ({
  ...{ kind, method: "GET", url: "http://h/", status: 503, message: "", body: null, note: "" },
  ...more,
});

Deno.test("the first three of a kind are wanted, of forty kinds", () => {
  const samples = new FailureSamples();
  assert.deepEqual([503, 503, 503, 503].map((kind) => samples.wants(kind)), [
    ...[true, true, true, false],
  ]);
  for (let kind = 0; kind < 39; kind++) assert.ok(samples.wants(`kind ${kind}`));
  assert.ok(!samples.wants("one more"));
  assert.ok(samples.wants("kind 5"), "a known one still is");
});

Deno.test("each is taken once, few at a time", () => {
  const samples = new FailureSamples();
  const all = Array.from({ length: 45 }, (_, i) => failure(`kind ${i}`));
  for (const one of all) samples.add(one);
  const taken = [samples.take(), samples.take(), samples.take()];
  assert.deepEqual(taken.map(({ length }) => length), [20, 20, 5]);
  assert.deepEqual(taken.flat(), all);
  assert.deepEqual(samples.take(), []);
  samples.add(failure("late"));
  assert.deepEqual(samples.take(), [failure("late")]);
});

Deno.test("what comes from elsewhere is kept within the same bounds, shortened", () => {
  const samples = new FailureSamples();
  const body = "x".repeat(8000);
  samples.merge(Array.from({ length: 9 }, () => failure("status 500", { body, url: body })));
  assert.equal(samples.all.length, 3);
  const [one] = samples.all;
  assert.deepEqual([one!.body!.length, one!.url.length, one!.note], [
    ...[1025, 2001, "body of 8000 characters"],
  ]);
  const again = new FailureSamples();
  again.merge(samples.all);
  assert.deepEqual(again.all, samples.all);
});
