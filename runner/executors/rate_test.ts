import assert from "node:assert/strict";
import {
  constantArrivals,
  rampingArrivals as ramp,
  type RateChange,
  withRates,
} from "../arrivals.ts";
import { arrivalsBefore, arrivalTimeMs } from "../arrivals.ts";
import { seeded } from "../_random_for_tests.ts";
import { brokenIdentities } from "../ledger.ts";
import type { Scenario } from "../options/types.ts";
import { shareOf, sub, WHOLE } from "../segment.ts";
import { taking, TestHost } from "./_host_for_tests.ts";
import { executorOf } from "./mod.ts";
import { arrivals, rampingArrivals } from "./_scenarios_for_tests.ts";

/** Numbers from 0 to 1. */
function shares(seed: number): () => number {
  const random = seeded(seed);
  return () => random(1_000_000) / 1_000_000;
}

const rounded = (values: readonly number[]) => values.map((value) => Math.round(value));
const starts = (host: TestHost) => rounded(host.seen.map(({ at }) => at));

/** Tells a host of a change a moment ahead. */
function change(host: TestHost, saidAt: number, perSecond: number, atMs = saidAt): void {
  host.clock.sleep(saidAt).then(() => host.rates.add({ atMs, perSecond }));
}

Deno.test("a rate that is changed plans from then on, what came before stays", async () => {
  const host = new TestHost(taking(5));
  change(host, 290, 20, 300);
  change(host, 590, 5, 600);
  await host.run(arrivals(10, 1000, 3, 3));
  assert.deepEqual(starts(host), [0, 100, 200, 300, 350, 400, 450, 500, 550, 600, 800]);
  assert.deepEqual([host.counts.planned, host.counts.late, host.elapsed], [11, 0, 1000]);
});

Deno.test("a rate of 0 starts nothing, until there is another one", async () => {
  const host = new TestHost(taking(5));
  change(host, 140, 0, 150);
  change(host, 700, 10);
  await host.run(arrivals(10, 1000, 3, 3));
  // Half of arrival 2 was over when the rate went to 0.
  assert.deepEqual(starts(host), [0, 100, 750, 850, 950]);
  assert.deepEqual(brokenIdentities(host.counts), []);
});

Deno.test("a rate of 0 starts nothing where the plan stands at a whole number either", async () => {
  for (const [atMs, expected] of [[0, []], [300, [0, 100, 200]]] as const) {
    const host = new TestHost(taking(5));
    host.rates.add({ atMs, perSecond: 0 });
    host.clock.sleep(700).then(() => host.stopping.abort());
    await host.run(arrivals(10, 1000, 3, 3));
    assert.deepEqual(starts(host), expected);
    assert.equal(host.counts.planned, expected.length);
  }
});

Deno.test("a rate is set after the last arrival of a plan too", async () => {
  const host = new TestHost(taking(5));
  change(host, 1500, 4);
  await host.run(rampingArrivals(4, [[500, 4], [0, 0], [1500, 0]], 3));
  assert.deepEqual(starts(host), [0, 250, 1500, 1750]);
  assert.equal(host.elapsed, 2000);
});

Deno.test("a slow rate does not hold up a faster one, nor does a pause", async () => {
  for (const paused of [false, true]) {
    const host = new TestHost(taking(1));
    change(host, 500, 4);
    if (paused) {
      host.clock.sleep(400).then(() => host.line.pause());
      host.clock.sleep(2400).then(() => host.line.resume());
    }
    // Of 64 s all times are exact: the fake clock does not go on by less than it can tell.
    const slow = { ...arrivals(1, 2000, 3, 3), timeUnitMs: 64_000 } as Scenario;
    await host.run(slow);
    const shift = paused ? 2000 : 0;
    // The rest of arrival 1 comes at the new rate.
    assert.equal(host.seen.length, 7);
    assert.deepEqual(starts(host).slice(0, 2), [0, 748 + shift]);
    assert.equal(host.elapsed, 2000 + shift);
  }
});

Deno.test("a change that is heard of late breaks no identity", async () => {
  const random = shares(11);
  for (let round = 0; round < 60; round++) {
    const host = new TestHost(taking(1 + random() * 60), sub(WHOLE, round % 2, 2));
    let saidAt = 0;
    for (let i = 0; i < 6; i++) {
      saidAt += random() * 300;
      change(host, saidAt, Math.floor(random() * 4) * 20, Math.max(0, saidAt - random() * 50));
    }
    const whenBusy = round % 3 === 0 ? "wait" : "drop";
    await host.run(arrivals(50, 1500, 2, 4, whenBusy));
    assert.deepEqual(brokenIdentities(host.counts), [], `round ${round}`);
    const waits = host.registry.select("iteration_response_time");
    assert.ok(waits?.type !== "trend" || Number.isFinite(waits.histogram.max), `round ${round}`);
  }
});

Deno.test("a stop ends a scenario whose rate is 0", async () => {
  const host = new TestHost(taking(5));
  change(host, 50, 0);
  host.clock.sleep(400).then(() => host.stopping.abort());
  await host.run(arrivals(10, 1000, 3, 3));
  assert.deepEqual([host.elapsed, host.counts.planned], [400, 1]);
});

Deno.test("shares of a changed plan add up to it, and to what is planned of a lost shard", async () => {
  const random = shares(5);
  const scenario = rampingArrivals(0, [[1000, 80], [1000, 10]], 6);
  for (let round = 0; round < 30; round++) {
    const times = Array.from({ length: 4 }, () => random() * 1900).sort((a, b) => a - b);
    const rates = times.map((atMs): RateChange => ({ atMs, perSecond: Math.floor(random() * 90) }));
    const plan = withRates(
      ramp(0, 1000, [{ durationMs: 1000, target: 80 }, {
        durationMs: 1000,
        target: 10,
      }]),
      rates,
      2000,
    );
    const hosts = [0, 1, 2].map((i) => new TestHost(taking(0), sub(WHOLE, i, 3)));
    for (const host of hosts) {
      for (const { atMs, perSecond } of rates) {
        change(host, Math.max(0, atMs - 20), perSecond, atMs);
      }
      await host.run(scenario);
      const asked = executorOf(scenario).planned(scenario, host.segment, 2000, rates);
      assert.equal(host.counts.planned, asked, `round ${round}`);
      assert.equal(asked, shareOf(host.segment, plan.total));
    }
    const numbers = hosts.flatMap(({ seen }) => seen.map(({ number }) => number));
    assert.deepEqual(
      numbers.sort((a, b) => a - b),
      Array.from({ length: plan.total }, (_, k) => k),
    );
  }
});

Deno.test("a changed plan's times rise, and count as many as come before them", () => {
  const random = shares(3);
  for (let round = 0; round < 200; round++) {
    const first = constantArrivals(1 + random() * 100, 1000, 5000);
    const times = Array.from({ length: 5 }, () => random() * 5000).sort((a, b) => a - b);
    const changes = times.map((atMs) => ({ atMs, perSecond: Math.floor(random() * 5) * 30 }));
    const plan = withRates(first, changes, 5000);
    assert.ok(Number.isSafeInteger(plan.total));
    let before = -1;
    for (let k = 0; k < plan.total; k++) {
      const at = arrivalTimeMs(plan, k);
      assert.ok(at >= before && at < 5000, `${round}: ${k} at ${at} after ${before}`);
      assert.ok(arrivalsBefore(plan, at + 1e-6) > k, `${round}: ${k}`);
      before = at;
    }
  }
});
