import assert from "node:assert/strict";
import type { RunRecord } from "../record.ts";
import { type Generated, generated } from "./_side_for_tests.ts";
import { type Change, compareRuns } from "./mod.ts";
import { statisticName } from "./statistic.ts";

const side = (...records: RunRecord[]) =>
  records.map((record, i) => ({ label: String(i + 1), record }));

const nameOf = ({ metric, statistic }: Change) => `${metric.name} ${statisticName(statistic)}`;

/** How many of many comparisons say that a statistic changed, by statistic; every seed once. */
function verdicts(
  pairs: number,
  runs: number,
  before: Partial<Generated>,
  after: Partial<Generated>,
  confidence = 0.99,
): { changed: Map<string, number>; share: number } {
  const changed = new Map<string, number>();
  let [all, found] = [0, 0];
  for (let pair = 0; pair < pairs; pair++) {
    const make = (given: Partial<Generated>, at: number) =>
      side(...Array.from(
        { length: runs },
        (_, i) => generated({ seed: (pair * 2 + at) * 100 + i + 1, ...given }),
      ));
    const options = { confidence, relevance: 0, seed: pair + 1, resamples: 500 };
    for (const change of compareRuns(make(before, 0), make(after, 1), options).changes) {
      all++;
      const name = nameOf(change);
      const isChange = change.verdict !== "noise";
      changed.set(name, (changed.get(name) ?? 0) + (isChange ? 1 : 0));
      if (isChange) found++;
    }
  }
  return { changed, share: found / all };
}

Deno.test("of independent requests without a difference, wrong verdicts are rarer than 1 - confidence", () => {
  const { changed, share } = verdicts(300, 1, {}, {});
  assert.ok(share <= 0.01, `${share} of 300: ${JSON.stringify([...changed])}`);
});

Deno.test("nor is it wrong more often where the requests of a second resemble each other", () => {
  const wander = { wander: 0.1, seconds: 60 };
  const { changed, share } = verdicts(150, 1, wander, wander);
  // How much they do is itself an estimate, from 20 stretches of the run.
  assert.ok(share <= 0.03, `${share} of 150: ${JSON.stringify([...changed])}`);
});

Deno.test("several runs a side know how runs differ by themselves, which one run does not", () => {
  const off = { off: 0.1, seconds: 10 };
  const several = verdicts(80, 4, off, off);
  assert.ok(several.share <= 0.01, `${several.share}: ${JSON.stringify([...several.changed])}`);
  const single = verdicts(80, 1, off, off).changed.get("http_req_duration p50")!;
  assert.ok(single > 20, `${single} of 80: the note about one run a side would not be needed`);
});

Deno.test("a shift of 10 % is found", () => {
  const shifted = verdicts(40, 1, { rate: 400 }, { rate: 400, median: 11 }).changed;
  assert.ok(shifted.get("http_req_duration p50")! >= 39, JSON.stringify([...shifted]));
  assert.ok(shifted.get("http_req_duration p95")! >= 30, JSON.stringify([...shifted]));
  const slower = verdicts(40, 1, { rate: 400 }, { rate: 360 }).changed;
  assert.ok(slower.get("http_reqs rate")! >= 39, JSON.stringify([...slower]));
  const failing = verdicts(40, 1, { rate: 200 }, { rate: 200, failing: 0.12 }).changed;
  assert.equal(failing.get("http_req_failed share"), 40);
});

Deno.test("a shift of 10 % is found between runs that differ by 2 % themselves, eight a side", () => {
  const given = { off: 0.02, seconds: 10, rate: 200 };
  const { changed } = verdicts(20, 8, given, { ...given, median: 11 });
  assert.ok(changed.get("http_req_duration p50")! >= 18, JSON.stringify([...changed]));
});

Deno.test("an interval holds the change as often as it says", () => {
  let held = 0;
  const pairs = 200;
  for (let pair = 0; pair < pairs; pair++) {
    const [before, after] = [
      generated({ seed: 10_000 + pair }),
      generated({ seed: 20_000 + pair, median: 12 }),
    ];
    const options = { confidence: 0.9, seed: pair, resamples: 500 };
    const p50 = compareRuns(side(before), side(after), options).changes
      .find((change) => nameOf(change) === "http_req_duration p50")!;
    const [low, high] = p50.interval;
    if (low <= 0.2 && 0.2 <= high) held++;
  }
  assert.ok(held >= 0.86 * pairs && held <= 0.99 * pairs, `${held} of ${pairs}`);
});
