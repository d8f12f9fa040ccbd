import assert from "node:assert/strict";
import { CASE_PARTS, CASES } from "./cases.ts";
import { refuseFailures } from "./run_cases.ts";

Deno.test("each part is one case, with a goal", () => {
  assert.deepEqual(CASES.map(({ part }) => part), [...CASE_PARTS]);
  for (const { part, comparisons } of CASES) assert.ok(comparisons.length > 0, part);
});

Deno.test("comparisons name generators of their case", async () => {
  for (const { part, peers, generators, comparisons } of CASES) {
    const found = await Promise.all(peers.map(({ find }) => find()));
    if (found.some((peer) => typeof peer === "string")) continue; // not on this machine
    const names = [
      ...generators.map(({ name }) => name),
      ...found.flatMap((peer) => typeof peer === "string" ? [] : [peer.generator.name]),
    ];
    assert.equal(new Set(names).size, names.length, part);
    for (const { above, below } of comparisons) {
      assert.ok(names.includes(above) && names.includes(below), `${above} and ${below}`);
    }
  }
});

Deno.test("refuseFailures takes one failed request in a hundred, no more", async () => {
  const load = { url: "", port: 1, connections: 1, seconds: 1, folder: "" };
  const measured = (failed: number) => {
    const sample = { requests: 200, requestsPerSecond: 1, cpuUsPerRequest: 1, p50Ms: 1, p99Ms: 1 };
    return refuseFailures({
      name: "some",
      measure: () => Promise.resolve({ ...sample, failed }),
    }).measure(load);
  };
  assert.equal((await measured(2)).failed, 2);
  await assert.rejects(measured(3), /^Error: 3 of 200 requests failed$/);
});
