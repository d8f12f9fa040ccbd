import assert from "node:assert/strict";
import { parseOptions } from "./options/mod.ts";
import { knownLengthMs, longestMs, plannedOf, shardCount, totalVUs } from "./plan.ts";
import { sub, WHOLE } from "./segment.ts";

const options = parseOptions({
  scenarios: {
    a: {
      executor: "shared-iterations",
      vus: 3,
      iterations: 10,
      maxDuration: "5s",
      gracefulStop: "0s",
    },
    b: { executor: "constant-vus", vus: 1, duration: "2s", startTime: "4s", gracefulStop: "3s" },
    c: {
      executor: "constant-arrival-rate",
      rate: 10,
      duration: "3s",
      startTime: "1s",
      preAllocatedVUs: 2,
      gracefulStop: "1s",
    },
  },
}, {});

Deno.test("a plan knows how many VUs, how long, and into how many shards it can be split", () => {
  assert.equal(totalVUs(options), 6);
  assert.equal(longestMs(options), 9000);
  assert.equal(knownLengthMs(options), null);
  assert.equal(knownLengthMs(parseOptions({ vus: 2, duration: "3s" }, {})), 3000);
  assert.deepEqual([0, 1, 4, 99].map((wanted) => shardCount(options, wanted)), [1, 1, 4, 6]);
});

Deno.test("what shards were asked for adds up to what the scenarios asked for, at any time", () => {
  const table: [elapsedMs: number, planned: number][] = [[0, 10], [1000, 10], [1001, 11], [
    2000,
    20,
  ], [60_000, 40]];
  for (const [elapsedMs, planned] of table) {
    for (const shards of [1, 2, 3, 6]) {
      const sum = Array.from({ length: shards }, (_, i) => sub(WHOLE, i, shards))
        .reduce((total, segment) => total + plannedOf(options, segment, elapsedMs), 0);
      assert.equal(sum, planned, `${shards} shards at ${elapsedMs} ms`);
    }
  }
});
