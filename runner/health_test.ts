import assert from "node:assert/strict";
import { type GeneratorFacts, judgeGenerator, LagHistogram } from "./health.ts";

const FINE: GeneratorFacts = {
  cpuSeconds: 4,
  cpuShare: 0.5,
  loopLagP99Ms: 5,
  open: { started: 1000, dropped: 5, late: 3, waited: 0, startLatenessP99Ms: 1.5 },
  closed: true,
  lostShards: 0,
};

Deno.test("a generator that kept up gives no reasons", () => {
  assert.deepEqual(judgeGenerator(FINE), {
    cpuSeconds: 4,
    cpuShare: 0.5,
    loopLagP99Ms: 5,
    open: FINE.open,
    verdict: "kept-up",
    reasons: [],
  });
});

const open = (given: Partial<NonNullable<GeneratorFacts["open"]>>) => ({ ...FINE.open!, ...given });

Deno.test("each way of being the limit is said in words", () => {
  const table: [facts: Partial<GeneratorFacts>, reason: RegExp][] = [
    [{ loopLagP99Ms: 101, open: open({ dropped: 0 }) }, /event loop was 101 ms late/],
    [{ loopLagP99Ms: 101, open: null }, /event loop was 101 ms late/],
    [{ open: open({ late: 11 }) }, /1\.1 % of the iterations started late/],
    [{ loopLagP99Ms: 50 }, /5 iterations were dropped while/],
    [{ cpuShare: 0.96 }, /CPU was used up/],
    [{ lostShards: 1 }, /a shard was lost/],
    [{ lostShards: 2 }, /2 shards were lost/],
  ];
  for (const [facts, reason] of table) {
    const { verdict, reasons } = judgeGenerator({ ...FINE, ...facts });
    assert.equal(verdict, "limited");
    assert.equal(reasons.length, 1, reasons.join());
    assert.match(reasons[0]!, reason);
  }
  assert.equal(judgeGenerator({ ...FINE, closed: false, cpuShare: 1.2 }).verdict, "kept-up");
  const waited = judgeGenerator({ ...FINE, open: open({ late: 500, waited: 500 }) });
  assert.equal(waited.verdict, "kept-up", "too few VUs are no fault of the generator");
});

Deno.test("lags survive being sent, add up, and keep percentiles within a tenth", () => {
  const [one, two] = [new LagHistogram(), new LagHistogram()];
  for (let ms = 1; ms <= 100; ms++) (ms % 2 ? one : two).add(ms);
  const sum = new LagHistogram();
  sum.addAll(JSON.parse(JSON.stringify(one.pairs())));
  sum.addAll(two.pairs());
  for (const p of [10, 50, 90, 99]) {
    const value = sum.percentile(p);
    assert.ok(value >= p && value <= p * 1.1, `p${p}: ${value}`);
  }
  assert.equal(new LagHistogram().percentile(99), 0);
  for (const odd of [-5, 0, NaN, Infinity, 1e9]) one.add(odd);
  one.addAll([[-1, 5], [1.5, 5], [1e6, 5]]);
  assert.equal(one.pairs().reduce((n, [, count]) => n + count, 0), 55);
});

Deno.test("a stall counts for all measurements that it hid", () => {
  const lag = new LagHistogram();
  for (let i = 0; i < 90; i++) lag.add(0.05, 20);
  lag.add(200, 20);
  assert.equal(lag.pairs().reduce((sum, [, count]) => sum + count, 0), 100);
  assert(lag.percentile(99) >= 180, String(lag.percentile(99)));
  assert(lag.percentile(90) <= 0.2);
});
