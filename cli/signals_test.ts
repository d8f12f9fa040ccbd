import assert from "node:assert/strict";
import { signalReader } from "./signals.ts";

Deno.test("the first signal stops, a later one kills, one right behind another is the same", () => {
  const cases: [times: number[], actions: string[]][] = [
    [[0], ["stop"]],
    [[1000, 1001], ["stop", "ignore"]],
    [[1000, 1299], ["stop", "ignore"]],
    [[1000, 1300], ["stop", "kill"]],
    [[0, 0.5, 5000, 5000.5, 9000], ["stop", "ignore", "kill", "ignore", "kill"]],
    [[0, 200, 400], ["stop", "ignore", "kill"]],
  ];
  for (const [times, actions] of cases) {
    const read = signalReader();
    assert.deepEqual(times.map(read), actions, times.join(" "));
  }
});
