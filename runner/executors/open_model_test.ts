import assert from "node:assert/strict";
import { brokenIdentities } from "../ledger.ts";
import { taking, TestHost } from "./_host_for_tests.ts";
import { arrivals, rampingArrivals } from "./_scenarios_for_tests.ts";

const rounded = (values: readonly number[]) => values.map((value) => Math.round(value));

function responseTimes(host: TestHost) {
  const response = host.registry.select("iteration_response_time");
  assert.ok(response?.type === "trend");
  return response.histogram;
}

Deno.test("a ramping rate starts iterations where the area under it says", async () => {
  const host = new TestHost(taking(5));
  await host.run(rampingArrivals(0, [[1000, 8], [0, 2], [1000, 2], [0, 0], [500, 0]], 3));
  const up = [0, 1, 2, 3].map((k) => Math.sqrt(k / 4) * 1000);
  assert.deepEqual(rounded(host.seen.map(({ at }) => at)), rounded([...up, 1000, 1500]));
  assert.equal(host.elapsed, 2500);
  assert.deepEqual([host.counts.planned, host.counts.dropped, host.counts.late], [6, 0, 0]);
  assert.equal(host.lateness.percentile(100), 0.1);
});

Deno.test("a dropped iteration is recorded with the time from its plan until a VU came free", async () => {
  // The target stalls for 350 ms once: 100, 200 and 300 find the only VU busy.
  const host = new TestHost((host, { number }) => host.clock.sleep(number === 0 ? 350 : 10));
  await host.run(arrivals(10, 1000, 1, 1));
  assert.deepEqual([host.counts.started, host.counts.dropped], [7, 3]);
  assert.deepEqual(rounded(host.waits), [250, 150, 50]);
  const response = responseTimes(host);
  assert.equal(response.count, 10);
  const more = new TestHost((host, { number }) => host.clock.sleep(number === 0 ? 350 : 10));
  await more.run(arrivals(10, 1000, 10, 10));
  assert.equal(more.counts.dropped, 0);
  assert.ok(response.percentile(75) > 10 * responseTimes(more).percentile(75));
});

Deno.test("after a stall of the generator, VUs that are done take all that became due", async () => {
  const host = new TestHost((host, { number }) => {
    if (number === 0) host.clock.spend(900);
  });
  await host.run(arrivals(100, 1000, 1, 1));
  assert.deepEqual([host.counts.started, host.counts.dropped], [100, 0]);
});

Deno.test("what is late takes VUs as soon as they come free, and is caught up with", async () => {
  const host = new TestHost((host, { number }) => {
    if (number === 0) host.clock.spend(20);
    return host.clock.sleep(0.2);
  });
  // Eight VUs can do 40 a millisecond; eight in each turn of the event loop would be 8.
  host.clock.turn = () => host.clock.sleep(1);
  await host.run(arrivals(20_000, 100, 8, 8));
  assert.deepEqual([host.counts.planned, host.counts.dropped], [2000, 0]);
  const last = host.seen.at(-1)!;
  assert.ok(last.at - last.number / 20 < 0.5, `${last.at - last.number / 20} ms late at the end`);
});

Deno.test("what is dropped while no VU ever comes free waits until the end of the scenario", async () => {
  const host = new TestHost(() => new Promise(() => {}));
  await host.run(arrivals(10, 400, 1, 1));
  assert.deepEqual([host.counts.interrupted, host.counts.dropped], [1, 3]);
  // 400 ms and the graceful stop of 500 ms.
  assert.deepEqual(rounded(host.waits), [800, 700, 600]);
  assert.deepEqual(brokenIdentities(host.counts), []);
});

Deno.test("with whenBusy wait, an arrival starts late in its turn instead of being dropped", async () => {
  const host = new TestHost((host, { number }) => host.clock.sleep(number === 0 ? 350 : 10));
  await host.run(arrivals(10, 1000, 1, 1, "wait"));
  assert.deepEqual(host.seen.map(({ number }) => number), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.deepEqual(rounded(host.seen.slice(0, 5).map(({ at }) => at)), [0, 350, 360, 370, 400]);
  assert.deepEqual([host.counts.late, host.counts.dropped, host.open.waited], [3, 0, 3]);
  assert.ok(host.lateness.percentile(99) >= 250);
  assert.ok(Math.abs(responseTimes(host).max - 350) < 1);
});

Deno.test("with whenBusy wait, those that still wait at the end are dropped and recorded", async () => {
  const host = new TestHost(taking(300));
  await host.run(arrivals(10, 500, 1, 1, "wait"));
  assert.deepEqual([host.counts.planned, host.counts.started, host.counts.dropped], [5, 2, 3]);
  assert.deepEqual(rounded(host.waits), [400, 300, 200]);
  assert.deepEqual(brokenIdentities(host.counts), []);
});

Deno.test("a queue of a hundred thousand waiting arrivals keeps their order", async () => {
  const host = new TestHost((host, { number }) => {
    if (number === 0) return host.clock.sleep(1000);
    if (number < 99_990) return;
    return host.clock.sleep(0);
  });
  host.turns.due = () => false;
  await host.run(arrivals(100_000, 1010, 1, 1, "wait"));
  assert.equal(host.counts.dropped, 0);
  assert.equal(host.counts.started, 101_000);
  assert.ok(host.seen.every(({ number }, i) => number === i));
});

for (const whenBusy of ["drop", "wait"] as const) {
  Deno.test(`a pause shifts all arrivals that come after it (${whenBusy})`, async () => {
    const host = new TestHost(taking(20));
    host.clock.sleep(250).then(() => host.line.pause());
    host.clock.sleep(1250).then(() => host.line.resume());
    await host.run(arrivals(10, 500, 5, 5, whenBusy));
    assert.deepEqual(host.seen.map(({ at }) => at), [0, 100, 200, 1300, 1400]);
    assert.deepEqual([host.counts.late, host.counts.dropped], [0, 0]);
    assert.ok(responseTimes(host).max < 21, "no response time holds the pause");
    assert.equal(host.elapsed, 1500);
  });
}

Deno.test("a VU that comes free in a pause takes what waits for it when the pause is over", async () => {
  const host = new TestHost(taking(150));
  host.clock.sleep(120).then(() => host.line.pause());
  host.clock.sleep(500).then(() => host.line.resume());
  await host.run(arrivals(10, 300, 1, 1, "wait"));
  assert.deepEqual(rounded(host.seen.map(({ at }) => at)), [0, 500, 650]);
  assert.deepEqual(brokenIdentities(host.counts), []);
});
