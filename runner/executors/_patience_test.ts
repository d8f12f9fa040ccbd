import assert from "node:assert/strict";
import { FakeClock } from "../_clock_for_tests.ts";
import { Patience } from "./_patience.ts";

Deno.test("who is on time has no patience: the target is slow", async () => {
  const clock = new FakeClock();
  const patience = new Patience(clock);
  patience.stalled(clock.now(), 0);
  assert.equal(patience.lasts(clock.now(), 0, true), false);
  await clock.run(clock.sleep(100));
  assert.equal(patience.lasts(clock.now(), 100, true), false, "all of that time it only waited");
});

Deno.test("after a stall VUs get twice as long as it took", async () => {
  const clock = new FakeClock();
  const patience = new Patience(clock);
  clock.spend(10);
  patience.stalled(clock.now(), 10);
  patience.stalled(clock.now(), 1);
  await clock.run(clock.sleep(19));
  assert.equal(patience.lasts(clock.now(), 29, true), true);
  await clock.run(clock.sleep(1));
  assert.equal(patience.lasts(clock.now(), 30, true), false);
});

Deno.test("a generator that works as hard as it can goes on waiting, until it no longer does", async () => {
  const clock = new FakeClock();
  const patience = new Patience(clock);
  patience.stalled(clock.now(), 0);
  for (let i = 0; i < 10; i++) {
    clock.spend(9);
    await clock.run(clock.sleep(1));
    assert.equal(patience.lasts(clock.now(), 10 * (i + 1), true), true);
  }
  assert.equal(patience.lasts(clock.now(), 999, true), true);
  assert.equal(patience.lasts(clock.now(), 999, false), false, "another VU drops nothing");
  assert.equal(
    patience.lasts(clock.now(), 1000, true),
    false,
    "that is too late, whoever's fault it is",
  );
  clock.spend(5);
  await clock.run(clock.sleep(5));
  assert.equal(patience.lasts(clock.now(), 110, true), false);
});

Deno.test("who has caught up begins anew", () => {
  const clock = new FakeClock();
  const patience = new Patience(clock);
  patience.stalled(clock.now(), 0);
  clock.spend(10);
  assert.equal(patience.lasts(clock.now(), 10, true), true);
  patience.rested();
  patience.stalled(clock.now(), 0);
  assert.equal(patience.lasts(clock.now(), 0, true), false);
});
