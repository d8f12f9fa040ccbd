import assert from "node:assert/strict";
import { lengthOf, mergeRanges, SequenceLog } from "./sequence_log.ts";

function logOf(sequences: Iterable<number>): SequenceLog {
  const log = new SequenceLog();
  for (const sequence of sequences) log.add(sequence);
  return log;
}

Deno.test("a log gives back what it was given, in runs, in the order in which it came", () => {
  const far = Number.MAX_SAFE_INTEGER;
  const cases: [number[], [number, number][]][] = [
    [[], []],
    [[1], [[1, 1]]],
    [[0], [[0, 0]]],
    [[1, 2, 3], [[1, 3]]],
    [[7, 8, 3, 4, 5, 5], [[7, 8], [3, 5], [5, 5]]],
    [[far, 1, far - 1, far], [[far, far], [1, 1], [far - 1, far]]],
  ];
  for (const [sequences, ranges] of cases) {
    assert.deepEqual(
      logOf(sequences).ranges(),
      ranges.map(([first, last]) => ({ first, last })),
      String(sequences),
    );
  }
  const runs = Array.from(
    { length: 5000 },
    (_, i) => ({ first: 300 * i, last: 300 * i + i % 290 }),
  );
  const log = new SequenceLog();
  for (const { first, last } of runs) for (let at = first; at <= last; at++) log.add(at);
  assert.deepEqual(log.ranges(), runs);
});

Deno.test("a log that is full counts what it has no room for, and loses nothing before", () => {
  const log = new SequenceLog();
  const total = 700_000;
  for (let i = 0; i < total; i++) log.add(2 * i + 1);
  const kept = log.ranges();
  assert.ok(log.overflow > 0 && kept.length > 500_000, `${kept.length}`);
  assert.equal(kept.length + log.overflow, total);
  assert.ok(kept.every(({ first, last }, i) => first === 2 * i + 1 && last === first));
});

Deno.test("ranges are put in order and joined; what is in several is told once for each too many", () => {
  const { merged, repeated } = mergeRanges([
    { first: 8, last: 9 },
    { first: 1, last: 3 },
    { first: 4, last: 6 },
    { first: 2, last: 4 },
    { first: 3, last: 3 },
  ]);
  assert.deepEqual(merged, [{ first: 1, last: 6 }, { first: 8, last: 9 }]);
  assert.equal(lengthOf(merged), 8);
  assert.deepEqual(repeated, [
    { first: 2, last: 3 },
    { first: 3, last: 3 },
    { first: 4, last: 4 },
  ]);
});
