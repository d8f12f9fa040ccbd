import assert from "node:assert/strict";
import { tagVu } from "../api/vu_state.ts";
import { brokenIdentities } from "../ledger.ts";
import { sub, WHOLE } from "../segment.ts";
import { executorOf } from "./mod.ts";
import { arrivals, constantVUs, perVU, shared } from "./_scenarios_for_tests.ts";
import { COMMON, taking, TestHost } from "./_host_for_tests.ts";

Deno.test("shared iterations: free VUs take the next one until none is left", async () => {
  const host = new TestHost((host, { vu }) => host.clock.sleep(vu === 0 ? 100 : 300));
  await host.run(shared(2, 8));
  assert.equal(host.counts.completed, 8);
  assert.equal(host.counts.planned, 8);
  assert.equal(host.seen.filter(({ vu }) => vu === 0).length, 6);
  assert.deepEqual(host.seen.map(({ number }) => number), [0, 1, 2, 3, 4, 5, 6, 7]);
});

Deno.test("shared iterations: what maxDuration leaves over is dropped, what runs gets its grace", async () => {
  const host = new TestHost(taking(400));
  await host.run(shared(2, 20, 1000));
  assert.deepEqual(host.counts, {
    planned: 20,
    started: 6,
    completed: 6,
    interrupted: 0,
    dropped: 14,
    thrown: 0,
    late: 0,
  });
  assert.equal(host.elapsed, 1200);
});

Deno.test("shared iterations: every number is run once, whatever the number of shards", async () => {
  for (
    const [vus, iterations, shards] of [[3, 100, 2], [5, 5, 3], [2, 7, 2], [7, 30, 4]] as const
  ) {
    const numbers: number[] = [];
    for (let i = 0; i < shards; i++) {
      const segment = sub(WHOLE, i, shards);
      const host = new TestHost(taking(10), segment);
      const scenario = shared(vus, iterations);
      await host.run(scenario);
      numbers.push(...host.seen.map(({ number }) => number));
      assert.equal(host.counts.planned, executorOf(scenario).planned(scenario, segment, 0, []));
    }
    numbers.sort((a, b) => a - b);
    assert.deepEqual(numbers, Array.from({ length: iterations }, (_, k) => k), `${vus} VUs`);
  }
});

Deno.test("per-VU iterations: each VU runs its own number of them", async () => {
  const host = new TestHost((host, { vu }) => host.clock.sleep(100 + vu));
  await host.run(perVU(3, 4));
  for (let vu = 0; vu < 3; vu++) {
    const numbers = host.seen.filter((seen) => seen.vu === vu).map(({ number }) => number);
    assert.deepEqual(numbers, [vu, vu + 3, vu + 6, vu + 9]);
  }
  assert.equal(host.counts.completed, 12);
  const late = new TestHost(taking(600));
  await late.run(perVU(2, 5, 1000));
  assert.equal(late.counts.dropped, 6);
  assert.deepEqual(brokenIdentities(late.counts), []);
});

Deno.test("constant VUs: no iteration starts at or after the end", async () => {
  const host = new TestHost(taking(100));
  await host.run(constantVUs(3, 1000));
  assert.equal(host.counts.completed, 30);
  assert.equal(host.elapsed, 1000);
  assert.deepEqual(brokenIdentities(host.counts), []);
});

Deno.test("constant VUs: a promise that never settles is interrupted at the end of the grace", async () => {
  const host = new TestHost((host, { vu }) =>
    vu === 1 ? new Promise(() => {}) : host.clock.sleep(100)
  );
  await host.run(constantVUs(2, 1000));
  assert.equal(host.elapsed, 1500);
  assert.equal(host.counts.interrupted, 1);
  assert.equal(host.counts.started, 11);
  assert.deepEqual(brokenIdentities(host.counts), []);
});

Deno.test("constant VUs: iterations that return at once leave the clock its turns", async () => {
  const host = new TestHost((host) => host.clock.spend(1));
  await host.run(constantVUs(2, 100));
  assert.ok(
    host.counts.completed >= 100 && host.counts.completed <= 102,
    `${host.counts.completed}`,
  );
  assert.ok(host.elapsed >= 100 && host.elapsed < 110, `${host.elapsed}`);
});

Deno.test("what an iteration throws is counted, whatever it is, and the VU goes on", async () => {
  const thrown = [new Error("sync"), null, "text", 5];
  let i = 0;
  const host = new TestHost((host) => {
    host.clock.spend(10);
    if (i === 4) return Promise.reject(new Error("async"));
    throw thrown[i++];
  });
  await host.run(shared(1, 5));
  assert.equal(host.counts.thrown, 5);
  assert.equal(host.counts.completed, 5);
  assert.equal(host.errors.length, 5);
  assert.equal(host.registry.select("iterations")?.type, "counter");
});

Deno.test("the shortest time of an iteration is kept between two starts", async () => {
  const host = new TestHost(taking(100), WHOLE, 250);
  await host.run(constantVUs(1, 1000));
  assert.deepEqual(host.seen.map(({ at }) => at), [0, 250, 500, 750]);
  const duration = host.registry.select("iteration_duration");
  assert.ok(duration?.type === "trend" && duration.histogram.max <= 101);
});

Deno.test("a stop lets running iterations end; a cut doesn't", async () => {
  const stopped = new TestHost(taking(300));
  stopped.clock.sleep(400).then(() => stopped.stopping.abort());
  await stopped.run(constantVUs(2, 10_000));
  assert.equal(stopped.elapsed, 600);
  assert.equal(stopped.counts.completed, 4);

  const cut = new TestHost(taking(300));
  cut.clock.sleep(400).then(() => {
    cut.stopping.abort();
    cut.cutting.abort();
  });
  await cut.run(constantVUs(2, 10_000));
  assert.equal(cut.elapsed, 400);
  assert.deepEqual([cut.counts.completed, cut.counts.interrupted], [2, 2]);
});

Deno.test("a stop before the scenario begins leaves nothing planned", async () => {
  for (
    const scenario of [shared(1, 5), perVU(1, 5), constantVUs(1, 1000), arrivals(10, 1000, 1, 1)]
  ) {
    const host = new TestHost(taking(1));
    host.stopping.abort();
    await host.run(scenario);
    assert.deepEqual(host.counts.planned + host.counts.dropped + host.seen.length, 0);
  }
});

Deno.test("arrivals start by the clock, whatever earlier ones do", async () => {
  const host = new TestHost(taking(250));
  await host.run(arrivals(10, 1000, 5, 5));
  assert.deepEqual(host.seen.map(({ at }) => at), [0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
  assert.equal(host.counts.completed, 10);
  assert.equal(host.counts.late, 0);
  assert.equal(host.elapsed, 1150);
});

Deno.test("arrivals without a free VU are dropped, and more VUs are made up to the maximum", async () => {
  const few = new TestHost(taking(1000));
  await few.run(arrivals(10, 1000, 2, 2));
  assert.deepEqual([few.counts.started, few.counts.dropped, few.counts.planned], [2, 8, 10]);
  const grown = new TestHost(taking(1000));
  await grown.run(arrivals(10, 1000, 1, 10));
  assert.deepEqual([grown.counts.started, grown.counts.dropped], [10, 0]);
  assert.equal(grown.gauge.peak, 10);
});

Deno.test("an arrival whose VU must be made waits for it and keeps its planned time", async () => {
  const host = new TestHost(taking(40));
  host.makeMs = 20;
  await host.run(arrivals(10, 500, 0, 3));
  assert.deepEqual([host.counts.started, host.counts.dropped, host.counts.late], [5, 0, 1]);
  assert.equal(host.seen[0]!.at, 20);
  const response = host.registry.select("iteration_response_time");
  assert.ok(response?.type === "trend" && Math.abs(response.histogram.max - 60) < 1);
});

Deno.test("a stall makes arrivals late: they start at once after it, timed from the plan", async () => {
  const host = new TestHost((host, { number }) => {
    if (number === 1) host.clock.spend(350);
  });
  await host.run(arrivals(10, 1000, 5, 5));
  assert.equal(host.counts.completed, 10);
  assert.equal(host.counts.late, 3);
  const response = host.registry.select("iteration_response_time");
  assert.ok(response?.type === "trend" && response.histogram.max >= 349);
  const duration = host.registry.select("iteration_duration");
  assert.ok(duration?.type === "trend" && duration.histogram.count === 10);
});

Deno.test("arrivals are split over shards without gap or double", async () => {
  const scenario = arrivals(30, 1000, 6, 6);
  const seen: [number, number][] = [];
  for (let i = 0; i < 3; i++) {
    const segment = sub(WHOLE, i, 3);
    const host = new TestHost(taking(10), segment);
    await host.run(scenario);
    seen.push(...host.seen.map(({ number, at }): [number, number] => [number, Math.round(at)]));
    assert.equal(host.counts.planned, executorOf(scenario).planned(scenario, segment, 99_999, []));
  }
  seen.sort((a, b) => a[0] - b[0]);
  assert.deepEqual(seen, Array.from({ length: 30 }, (_, k) => [k, Math.round(k * 1000 / 30)]));
});

Deno.test("a ramp follows its stages, keeps the grace of VUs that go, and takes them back", async () => {
  const host = new TestHost(taking(50));
  await host.run({
    ...COMMON,
    executor: "ramping-vus",
    startVUs: 1,
    stages: [
      { durationMs: 300, target: 4 },
      { durationMs: 300, target: 4 },
      { durationMs: 0, target: 1 },
      { durationMs: 200, target: 1 },
      { durationMs: 0, target: 3 },
      { durationMs: 100, target: 3 },
    ],
    gracefulRampDownMs: 200,
  });
  const between = (from: number, to: number) =>
    new Set(host.seen.filter(({ at }) => at >= from && at < to).map(({ vu }) => vu)).size;
  assert.equal(between(0, 100), 1);
  assert.equal(between(300, 600), 4);
  assert.equal(between(650, 800), 1);
  assert.equal(between(800, 900), 3);
  assert.equal(host.counts.interrupted, 0);
  assert.equal(new Set(host.seen.map(({ number }) => number)).size, host.seen.length);
  assert.deepEqual(brokenIdentities(host.counts), []);
  assert.ok(host.elapsed <= 950, `${host.elapsed}`);
});

Deno.test("a ramp gives up VUs that never come back, and makes new ones in their place", async () => {
  const host = new TestHost((host, { vu, at }) =>
    vu === 1 && at < 500 ? new Promise(() => {}) : host.clock.sleep(50)
  );
  await host.run({
    ...COMMON,
    executor: "ramping-vus",
    startVUs: 2,
    stages: [
      { durationMs: 100, target: 2 },
      { durationMs: 0, target: 1 },
      { durationMs: 500, target: 1 },
      { durationMs: 0, target: 2 },
      { durationMs: 400, target: 2 },
    ],
    gracefulRampDownMs: 100,
  });
  assert.equal(host.counts.interrupted, 1);
  assert.ok(host.seen.some(({ vu, at }) => vu === 1 && at >= 600), "VU 1 came back");
  assert.deepEqual(brokenIdentities(host.counts), []);
  assert.equal(host.elapsed, 1000);
});

Deno.test("what is recorded of an iteration has the tags that its VU has when it ends", async () => {
  const host = new TestHost((_host, { number }) => {
    if (number === 1) tagVu("kind", "tagged");
    if (number === 4) tagVu("kind", undefined);
  });
  await host.run(perVU(1, 6));
  for (const name of ["iterations", "iteration_duration", "iteration_response_time"]) {
    const counts = [{}, { kind: "tagged" }].map((where) => {
      const found = host.registry.select(name, where);
      return found?.type === "trend"
        ? found.histogram.count
        : found?.type === "counter" && found.total;
    });
    assert.deepEqual(counts, [6, 3], name);
  }
});
