import assert from "node:assert/strict";
import { measure } from "./measure.ts";
import type { Tally } from "./tally.ts";

const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("measure counts what was done after the lead, then stops the traffic", async () => {
  let rested = false;
  const traffic = async (tally: Tally): Promise<void> => {
    tally.count = 1e9; // In the lead.
    tally.latencies.push(1e9);
    while (!tally.stopped) {
      await nextTurn();
      tally.count++;
      tally.latencies.push(2);
    }
    rested = true;
  };
  const result = await measure([traffic], { leadSeconds: 0.02, seconds: 0.05 });
  assert.ok(rested);
  assert.ok(result.count > 0 && result.count < 1e9, `${result.count} counted`);
  assert.deepEqual([result.p50Ms, result.p99Ms, result.resent], [2, 2, 0]);
});

Deno.test("measure has no latencies where nothing was timed", async () => {
  const traffic = async (tally: Tally): Promise<void> => {
    while (!tally.stopped) await nextTurn();
  };
  const result = await measure([traffic], { leadSeconds: 0, seconds: 0.01 });
  assert.deepEqual([result.count, result.p50Ms, result.p99Ms], [0, null, null]);
});
