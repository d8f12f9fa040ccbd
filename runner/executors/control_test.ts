import assert from "node:assert/strict";
import { brokenIdentities } from "../ledger.ts";
import type { Scenario } from "../options/types.ts";
import { sub, WHOLE } from "../segment.ts";
import { taking, TestHost } from "./_host_for_tests.ts";
import {
  arrivals,
  constantVUs,
  controlled,
  perVU,
  rampingArrivals,
  rampingVUs,
  shared,
} from "./_scenarios_for_tests.ts";

/** One of each executor, which ends after a second when its iterations take 100 ms. */
const ALL: readonly Scenario[] = [
  shared(2, 20),
  perVU(2, 10),
  constantVUs(2, 1000),
  rampingVUs(1, [[500, 2], [500, 1]]),
  arrivals(10, 1000, 3, 3),
  rampingArrivals(10, [[1000, 10]], 3),
  controlled(2, 2, 1000),
];

Deno.test("a pause of any executor starts nothing, and moves all that follows by its length", async () => {
  for (const scenario of ALL) {
    const plain = new TestHost(taking(100));
    await plain.run(scenario);
    const paused = new TestHost(taking(100));
    // Iterations in flight end in the pause; where VUs iterate at once, they begin at its end.
    paused.clock.sleep(350).then(() => paused.line.pause());
    paused.clock.sleep(5350).then(() => paused.line.resume());
    await paused.run(scenario);
    const what = scenario.executor;
    const inPause = paused.seen.filter(({ at }) => at > 350 && at < 5350);
    assert.deepEqual(inPause, [], what);
    assert.ok(paused.seen.some(({ at }) => at >= 5350), what);
    assert.ok(paused.elapsed >= 5900 && paused.elapsed <= plain.elapsed + 5050, what);
    assert.ok(Math.abs(paused.counts.started - plain.counts.started) <= 2, what);
    assert.deepEqual(brokenIdentities(paused.counts), [], what);
  }
});

Deno.test("a scenario of any executor that is paused from the start begins when it is resumed", async () => {
  for (const scenario of ALL) {
    const host = new TestHost(taking(100));
    host.line.pause();
    host.clock.sleep(3000).then(() => host.line.resume());
    await host.run(scenario);
    assert.equal(host.seen[0]!.at, 3000, scenario.executor);
    assert.equal(host.elapsed >= 4000, true, scenario.executor);
  }
});

Deno.test("the graceful stop of any executor interrupts what never ends, and no sooner", async () => {
  for (const scenario of ALL) {
    for (const gracefulStopMs of [0, 700]) {
      const host = new TestHost((host, { at }) =>
        at < 500 ? host.clock.sleep(100) : new Promise(() => {})
      );
      const limit = "maxDurationMs" in scenario ? { maxDurationMs: 1000 } : {};
      // A ramp that gives VUs up on its way down is told of elsewhere.
      const ramp = "gracefulRampDownMs" in scenario ? { gracefulRampDownMs: 60_000 } : {};
      await host.run({ ...scenario, ...limit, ...ramp, gracefulStopMs });
      assert.equal(host.elapsed, 1000 + gracefulStopMs, scenario.executor);
      assert.ok(host.counts.interrupted > 0, scenario.executor);
      assert.deepEqual(brokenIdentities(host.counts), [], scenario.executor);
    }
  }
});

Deno.test("a stop of any executor lets iterations end and starts no more, in a pause too", async () => {
  for (const scenario of ALL) {
    for (const inPause of [false, true]) {
      const host = new TestHost(taking(100));
      host.clock.sleep(310).then(() => inPause && host.line.pause());
      host.clock.sleep(320).then(() => {
        host.stopping.abort();
        host.line.resume();
      });
      await host.run(scenario);
      assert.ok(host.seen.every(({ at }) => at <= 320), scenario.executor);
      assert.ok(host.elapsed <= 420, `${scenario.executor} ${host.elapsed}`);
      assert.equal(host.counts.interrupted, 0, scenario.executor);
      assert.deepEqual(brokenIdentities(host.counts), [], scenario.executor);
    }
  }
});

Deno.test("an externally controlled scenario has the VUs that it is told to have", async () => {
  const host = new TestHost(taking(50));
  const at = (ms: number, vus: number) => host.clock.sleep(ms).then(() => host.target.set(vus));
  at(200, 5);
  at(400, 0);
  at(600, 1);
  await host.run(controlled(2, 5, 800));
  const between = (from: number, to: number) =>
    new Set(host.seen.filter(({ at }) => at >= from && at < to).map(({ vu }) => vu)).size;
  assert.deepEqual(
    [between(0, 200), between(200, 400), between(400, 600), between(600, 800)],
    [2, 5, 0, 1],
  );
  assert.equal(host.counts.interrupted, 0);
  assert.equal(host.elapsed, 800);
  assert.deepEqual(brokenIdentities(host.counts), []);
});

Deno.test("a VU that is taken away and never ends is given up after the graceful stop", async () => {
  const host = new TestHost((host, { vu }) =>
    vu === 1 ? new Promise(() => {}) : host.clock.sleep(50)
  );
  host.clock.sleep(100).then(() => host.target.set(1));
  host.clock.sleep(650).then(() => assert.equal(host.counts.interrupted, 1));
  await host.run(controlled(2, 2, 1000));
  assert.equal(host.counts.interrupted, 1);
  assert.equal(host.elapsed, 1000);
});

Deno.test("without a duration it goes on until it is stopped", async () => {
  const host = new TestHost(taking(1000));
  host.clock.sleep(3_600_000).then(() => host.stopping.abort());
  await host.run(controlled(1, 1, 0));
  assert.equal(host.counts.completed, 3600);
});

Deno.test("shards of an externally controlled scenario share the VUs that are wanted", async () => {
  for (const vus of [0, 1, 2, 5, 7]) {
    let sum = 0;
    for (let i = 0; i < 3; i++) {
      const host = new TestHost(taking(100), sub(WHOLE, i, 3));
      host.clock.sleep(100).then(() => host.target.set(vus));
      await host.run(controlled(3, 10, 300));
      sum += new Set(host.seen.filter(({ at }) => at >= 200).map(({ vu }) => vu)).size;
    }
    assert.equal(sum, vus);
  }
});

Deno.test("a VU that can't be made leaves its place empty, and the others go on", async () => {
  for (const scenario of [rampingVUs(3, [[500, 3]]), controlled(3, 3, 500)]) {
    const host = new TestHost(taking(100));
    const make = host.vu.bind(host);
    host.vu = (k) => k === 0 ? Promise.reject(new Error("no more sockets")) : make(k);
    await host.run(scenario);
    assert.deepEqual(new Set(host.seen.map(({ vu }) => vu)), new Set([1, 2]));
    assert.deepEqual(brokenIdentities(host.counts), []);
  }
});
