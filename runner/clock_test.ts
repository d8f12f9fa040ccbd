import assert from "node:assert/strict";
import { systemClock } from "./clock.ts";

Deno.test("a sleep ends early when its signal aborts, and leaves no timer", async () => {
  const controller = new AbortController();
  const sleep = systemClock.sleep(3_600_000, controller.signal);
  controller.abort();
  await sleep;
  await systemClock.sleep(3_600_000, controller.signal);
});

Deno.test("time is that of Date and does not go back", async () => {
  const before = systemClock.now();
  await systemClock.sleep(5);
  await systemClock.turn();
  const after = systemClock.now();
  assert.ok(after > before);
  assert.ok(Math.abs(after - Date.now()) < 1000);
});
