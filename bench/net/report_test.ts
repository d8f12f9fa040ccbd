import assert from "node:assert/strict";
import { CASES } from "./cases.ts";
import { formatNetResults, netGoals } from "./report.ts";
import { type NetResults, type NetSample, toSample } from "./sample.ts";

function sample(perSecond: number, cpuUsEach: number, resent = 0): NetSample {
  return { perSecond, cpuUsEach, cores: 1, p50Ms: null, p99Ms: null, resent };
}

const RESULTS: NetResults = new Map([
  ["TCP.open up", [sample(90, 12), sample(45, 24)]],
  ["Deno.connect up", [sample(100, 10), sample(50, 20)]],
]);

Deno.test("netGoals compares rates and CPU within turns", () => {
  const measured = netGoals(RESULTS).filter(({ value }) => value !== null);
  assert.deepEqual(
    measured.map(({ figure, value, goal }) => [figure, value!.median, value!.count, goal]),
    [
      ["rate, TCP.open up ÷ Deno.connect up", 0.9, 2, 0.9],
      ["CPU, TCP.open up ÷ Deno.connect up", 1.2, 2, null],
    ],
  );
});

Deno.test("formatNetResults shows measured cases, without columns that have nothing to tell", () => {
  const text = formatNetResults(CASES, RESULTS);
  assert.match(text, /^1 MB blocks, up +MB\/s +CPU µs\/MB +cores$/m);
  assert.match(text, /^TCP\.open up +67\.5 \(45\.0–90\.0\) +18\.0 \(12\.0–24\.0\) /m);
  assert.match(text, /^rate, TCP\.open up ÷ Deno\.connect up .* ≥ 0\.9 +goal$/m);
  assert.doesNotMatch(text, /blocks, down|datagrams|tls/);
});

Deno.test("formatNetResults shows that datagrams were sent again", () => {
  const text = formatNetResults(CASES, new Map([["UDP.open", [sample(1000, 1, 3)]]]));
  assert.match(text, /^64 B datagrams.* sent again$/m);
  assert.match(text, /^UDP\.open .* 3\.00$/m);
});

Deno.test("formatNetResults says so when nothing was measured", () => {
  assert.equal(formatNetResults([], new Map()), "nothing was measured");
});

Deno.test("toSample counts in the case's unit and refuses a client that did nothing", () => {
  const result = {
    ...{ count: 6_000_000, seconds: 2, cpuSeconds: 1 },
    ...{ p50Ms: null, p99Ms: null, resent: 0 },
  };
  const { perSecond, cpuUsEach, cores } = toSample(result, 1_000_000);
  assert.deepEqual([perSecond, cores], [3, 0.5]);
  assert.equal(Math.round(cpuUsEach), 166_667);
  assert.throws(() => toSample({ ...result, count: 0 }, 1), /it did nothing/);
});
