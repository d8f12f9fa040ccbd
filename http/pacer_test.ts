import assert from "node:assert/strict";
import { HttpError } from "./errors.ts";
import { Pacer } from "./pacer.ts";
import { rejection } from "./_rejection_for_tests.ts";

/** A clock that stands until it is told to go on; `lateMs` is how late its timer is. */
function fakeClock(lateMs = 0) {
  let now = 1000;
  let timer: { at: number; call: () => void } | undefined;
  return {
    now: () => now,
    after(ms: number, call: () => void) {
      timer = { at: now + ms, call };
      return () => void (timer = undefined);
    },
    random: () => 0,
    get waits() {
      return timer !== undefined;
    },
    skip(ms: number) {
      now += ms;
    },
    /** Goes to the timer's moment, and calls it. */
    fire() {
      const { at, call } = timer!;
      timer = undefined;
      now = Math.max(now, at + lateMs);
      call();
    },
  };
}

/** Moments of the turns of many who ask at once. */
async function turnsOf(perSecond: number, count: number, lateMs = 0): Promise<number[]> {
  const clock = fakeClock(lateMs);
  const place = new Pacer(perSecond, clock).place();
  const moments: number[] = [];
  const all = Array.from({ length: count }, async () => {
    await place.turn(undefined);
    moments.push(clock.now() - 1000);
  });
  await Promise.resolve();
  while (clock.waits) {
    clock.fire();
    await Promise.resolve(); // Who was given a turn takes it.
    await Promise.resolve();
  }
  await Promise.all(all);
  return moments;
}

Deno.test("turns come at an even rate, whole or a fraction", async () => {
  assert.deepEqual(await turnsOf(100, 4), [0, 10, 20, 30]);
  assert.deepEqual(await turnsOf(0.5, 3), [0, 2000, 4000]);
});

Deno.test("late timers don't make the rate drift", async () => {
  const moments = await turnsOf(100, 101, 3);
  // The last of a hundred turns is as late as its own timer, not as all of them.
  assert.equal(moments.at(-1), 1003);
});

Deno.test("who asks again at once takes what the timer was late for", async () => {
  const clock = fakeClock(2);
  const place = new Pacer(1000, clock).place();
  let turns = 0;
  const user = async () => {
    for (; clock.now() < 1300; turns++) await place.turn(undefined);
  };
  const users = [user(), user()];
  while (clock.now() < 1300) {
    if (clock.waits) clock.fire();
    await Promise.resolve();
  }
  if (clock.waits) clock.fire();
  await Promise.all(users);
  assert.ok(turns >= 299 && turns <= 304, String(turns));
});

Deno.test("gaps shorter than a timer's tick keep their rate", async () => {
  const moments = await turnsOf(4000, 4001);
  assert.equal(moments.at(-1), 1000);
  const counts = Map.groupBy(moments, (moment) => moment);
  assert.ok([...counts.values()].every((group) => group.length <= 4));
});

Deno.test("a process that was held up doesn't make up for it in a burst", async () => {
  const moments = await turnsOf(1000, 200, 500);
  const most = Math.max(...[...Map.groupBy(moments, (at) => at).values()].map((one) => one.length));
  assert.ok(most <= 11, String(most));
});

Deno.test("after a pause there is no burst", async () => {
  const clock = fakeClock();
  const place = new Pacer(100, clock).place();
  await place.turn(undefined);
  clock.skip(60_000);
  await place.turn(undefined);
  const next = place.turn(undefined);
  assert.ok(clock.waits);
  clock.fire();
  await next;
  assert.equal(clock.now(), 61_010);
});

Deno.test("who waits leaves with its signal, or with its place; the others move up", async () => {
  const clock = fakeClock();
  const pacer = new Pacer(100, clock);
  const [one, two] = [pacer.place(), pacer.place()];
  const abort = new AbortController();
  await one.turn(undefined);
  const leaving = rejection(() => one.turn(abort.signal));
  const gone = rejection(() => one.turn(undefined));
  const staying = two.turn(undefined);
  abort.abort("enough");
  one.close();
  for (const error of [await leaving, await gone]) {
    assert.ok(error instanceof HttpError);
    assert.equal(error.code, "aborted");
  }
  clock.fire();
  await staying;
  assert.equal(clock.now(), 1010);
  const last = rejection(() => two.turn(undefined));
  two.close();
  await last;
  assert.equal(clock.waits, false);
});
