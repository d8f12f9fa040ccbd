import assert from "node:assert/strict";
import { executorOf } from "./executors/mod.ts";
import { parseOptions, type RunOptions } from "./options/mod.ts";
import { rampTarget } from "./pacing.ts";
import { scenario, startRun } from "./mod.ts";
import { ownVUs, plannedOf, shardCount, shareOptions, totalVUs } from "./plan.ts";
import { narrow, type Segment, shareOf, sub, WHOLE } from "./segment.ts";
import { seeded } from "./_random_for_tests.ts";

/** A few scenarios of every kind whose work is a number of VUs, of arrivals or of iterations. */
function someScenarios(random: (n: number) => number): Record<string, unknown> {
  const kinds: (() => Record<string, unknown>)[] = [
    () => ({ executor: "constant-vus", vus: 1 + random(9), duration: `${1 + random(20)}s` }),
    () => {
      const vus = 1 + random(9);
      return { executor: "shared-iterations", vus, iterations: vus + random(50) };
    },
    () => ({ executor: "per-vu-iterations", vus: 1 + random(9), iterations: 1 + random(9) }),
    () => ({
      executor: "ramping-vus",
      startVUs: random(9),
      stages: Array.from({ length: 1 + random(3) }, () => ({
        duration: random(5000),
        target: 1 + random(12),
      })),
    }),
    () => ({
      executor: "constant-arrival-rate",
      rate: 1 + random(300),
      duration: `${1 + random(10)}s`,
      preAllocatedVUs: 1 + random(9),
    }),
    () => ({
      executor: "ramping-arrival-rate",
      startRate: random(50),
      stages: [{ duration: "3s", target: 1 + random(90) }, { duration: "5s", target: random(90) }],
      preAllocatedVUs: random(5),
      maxVUs: 5 + random(9),
    }),
  ];
  return Object.fromEntries(
    Array.from({ length: 1 + random(4) }, (_, i) => [
      `s${i}`,
      { ...kinds[random(kinds.length)]!(), startTime: `${random(5)}s` },
    ]),
  );
}

/** What a part of a run has to do by a time: VUs there may be, VUs wanted, arrivals and iterations. */
function workAt(options: RunOptions, segment: Segment, tMs: number): number[] {
  let [base, vus, wanted] = [0, 0, 0];
  for (const scenario of options.scenarios) {
    const executor = executorOf(scenario);
    const most = executor.maxVUs(scenario);
    const own = narrow(segment, base, most);
    base += most;
    if (own === null) continue;
    vus += shareOf(own, most);
    if (scenario.executor !== "ramping-vus") continue;
    wanted += shareOf(own, rampTarget(scenario.startVUs, scenario.stages, tMs));
  }
  return [vus, wanted, plannedOf(options, segment, tMs)];
}

Deno.test("any split over execution segments and shards does the same work at any instant", () => {
  for (let seed = 1; seed <= 150; seed++) {
    const random = seeded(seed);
    const scenarios = someScenarios(random);
    const whole = parseOptions({ scenarios });
    const count = 1 + random(6);
    const parts = Array.from({ length: count }, (_, i) => {
      const options = parseOptions({
        scenarios,
        executionSegment: `${i}/${count}:${i + 1}/${count}`,
      });
      const shards = shardCount(options, 1 + random(5));
      return Array.from({ length: shards }, (_, j) => sub(options.segment, j, shards))
        .map((segment) => ({ options, segment }));
    }).flat();
    for (let round = 0; round < 20; round++) {
      const tMs = random(30_000);
      const sums = parts
        .map(({ options, segment }) => workAt(options, segment, tMs))
        .reduce((sum, part) => sum.map((n, i) => n + part[i]!));
      assert.deepEqual(sums, workAt(whole, WHOLE, tMs), `seed ${seed} at ${tMs} ms`);
    }
  }
});

Deno.test("the VUs of all segments are those of the test, and a segment has no more shards than VUs", () => {
  const read = (executionSegment: string) => parseOptions({ vus: 10, executionSegment });
  const own = ["0:1/4", "1/4:2/4", "2/4:3/4", "3/4:1"].map(read).map(ownVUs);
  assert.deepEqual(own, [3, 3, 2, 2]);
  assert.equal(totalVUs(read("0:1/4")), 10);
  assert.equal(shardCount(read("0:1/4"), 8), 3);
  assert.equal(shardCount(parseOptions({ vus: 1, executionSegment: "1/2:1" }), 8), 1);
});

Deno.test("a shard gets its share of the requests a second that the whole test may send", () => {
  const options = parseOptions({ vus: 10, rps: 100, batch: 5, executionSegment: "1/2:1" });
  const shard = shareOptions(options, sub(options.segment, 1, 4));
  assert.deepEqual(shard.client, { rps: 12.5, batch: 5 });
  assert.equal(options.client.rps, 100);
  const plain = parseOptions({ vus: 10 });
  assert.equal(shareOptions(plain, sub(WHOLE, 0, 2)), plain);
});

Deno.test("runs of all segments do each iteration of the test once", async () => {
  const seen: number[] = [];
  for (const executionSegment of ["0:1/3", "1/3:2/3", "2/3:1"]) {
    const { result } = startRun({
      source: { kind: "builtin", name: "count", args: null, title: "counting" },
      config: { from: "config", options: { iterations: 99, executionSegment } },
      environment: { from: "env", options: { iterations: 10, vus: 4 } },
      overrides: {},
      env: {},
      inline: true,
      shardEntry: new URL(import.meta.url),
      setup: {
        modules: {},
        builtins: {
          count: () => ({ default: () => void seen.push(scenario.iterationInTest) }),
        },
      },
      allowNet: [],
      allowRead: [],
    });
    const { iterations, exitCode } = await result;
    assert.deepEqual([iterations.completed, exitCode], [iterations.planned, 0]);
  }
  assert.deepEqual(seen.sort((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
