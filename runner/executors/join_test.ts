import assert from "node:assert/strict";
import type { Scenario } from "../options/types.ts";
import { split, WHOLE } from "../segment.ts";
import { taking, TestHost } from "./_host_for_tests.ts";
import { executorOf } from "./mod.ts";
import {
  arrivals,
  constantVUs,
  controlled,
  rampingArrivals,
  rampingVUs,
} from "./_scenarios_for_tests.ts";

/** What a host runs that joins `joinMs` after the start of a scenario. */
async function joined(scenario: Scenario, joinMs: number, segment = WHOLE): Promise<TestHost> {
  const host = new TestHost(taking(10), segment);
  if (joinMs > 0) host.joinAt = host.startAt + joinMs;
  await host.run(scenario);
  return host;
}

for (
  const [name, scenario] of [
    ["constant", arrivals(40, 1000, 9, 9)],
    ["ramping", rampingArrivals(0, [[500, 40], [500, 10]], 9)],
  ] as const
) {
  Deno.test(`a ${name} rate is taken over with the first arrival that is planned from then on`, async () => {
    const { planned } = executorOf(scenario);
    for (const segment of split(WHOLE, [2, 3])) {
      const all = (await joined(scenario, 0, segment)).seen.map(({ number }) => number);
      for (const joinMs of [1, 250, 400, 999, 1500]) {
        const host = await joined(scenario, joinMs, segment);
        const before = planned(scenario, segment, joinMs, []);
        assert.deepEqual(host.seen.map(({ number }) => number), all.slice(before), `${joinMs}`);
        assert.ok(host.seen.every(({ at }) => at >= joinMs));
        assert.deepEqual([host.counts.planned, host.counts.late], [all.length - before, 0]);
      }
    }
  });
}

Deno.test("arrivals are taken over with the rates that were set before", async () => {
  const scenario = arrivals(10, 1000, 9, 9);
  const change = { atMs: 200, perSecond: 100 };
  const host = new TestHost(taking(1));
  host.joinAt = host.startAt + 500;
  host.rates.add(change);
  await host.run(scenario);
  const planned = (ms: number) => executorOf(scenario).planned(scenario, WHOLE, ms, [change]);
  assert.equal(host.counts.planned, planned(1000) - planned(500));
  assert.ok(host.seen.every(({ at }) => at >= 500));
});

Deno.test("VUs of a closed model go on from when they are taken over to the planned end", async () => {
  for (const scenario of [constantVUs(2, 1000), controlled(2, 4, 1000)]) {
    const { seen } = await joined(scenario, 600);
    assert.deepEqual([seen[0]!.at, new Set(seen.map(({ vu }) => vu)).size], [600, 2]);
    assert.ok(seen.at(-1)!.at >= 980 && seen.at(-1)!.at < 1000);
  }
});

Deno.test("a ramp is taken over with as many VUs as it wants by then, none of those that have gone", async () => {
  const scenario = rampingVUs(0, [[100, 8], [100, 0], [800, 4]]);
  const { seen } = await joined(scenario, 600);
  assert.deepEqual(seen.filter(({ at }) => at < 650).map(({ vu }) => vu).slice(0, 2), [0, 1]);
  // The fourth comes at the very end.
  assert.equal(Math.max(...seen.map(({ vu }) => vu)), 2);
  assert.ok(seen.every(({ at }) => at >= 600));
});

Deno.test("what is over by then is not begun again", async () => {
  for (
    const scenario of [constantVUs(2, 500), arrivals(10, 500, 2, 2), rampingVUs(3, [[500, 3]])]
  ) {
    const { seen, counts } = await joined(scenario, 600);
    assert.deepEqual([seen.length, counts.planned], [0, 0]);
  }
});
