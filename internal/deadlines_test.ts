import assert from "node:assert/strict";
import { Deadlines, type Expiring } from "./mod.ts";

function entry(deadlines: Deadlines, deadline: number): Expiring & { done: Promise<number> } {
  const { promise, resolve } = Promise.withResolvers<number>();
  return {
    deadline,
    checkAt: Infinity,
    slot: -1,
    done: promise,
    expire() {
      assert.equal(this.deadline, Infinity);
      resolve(performance.now());
      deadlines.unwatch(this);
    },
  };
}

/** Runs `test` with the process kept alive, which deadlines alone don't. */
function alive(test: () => Promise<void>): () => Promise<void> {
  return async () => {
    const timer = setInterval(() => {}, 60_000);
    try {
      await test();
    } finally {
      clearInterval(timer);
    }
  };
}

Deno.test(
  "entries expire in the order of their deadlines and never early",
  alive(async () => {
    const deadlines = new Deadlines();
    const start = performance.now();
    const order: number[] = [];
    const after = [60, 20, 40, 25, 90];
    await Promise.all(after.map(async (ms) => {
      const one = entry(deadlines, start + ms);
      deadlines.watch(one);
      assert(await one.done >= start + ms, `${ms} ms was early`);
      order.push(ms);
    }));
    assert.deepEqual(order, [20, 25, 40, 60, 90]);
  }),
);

Deno.test(
  "a deadline that moves back is not kept, one that moves forward is",
  alive(async () => {
    const deadlines = new Deadlines();
    const start = performance.now();
    const later = entry(deadlines, start + 20);
    const sooner = entry(deadlines, Infinity);
    deadlines.watch(later);
    deadlines.watch(sooner);
    deadlines.set(later, start + 3_600_000);
    deadlines.set(sooner, start + 40);
    const first = await Promise.race([
      later.done.then(() => "later"),
      sooner.done.then(() => "sooner"),
    ]);
    assert.equal(first, "sooner");
    deadlines.unwatch(later);
  }),
);

Deno.test(
  "nothing expires after unwatch, and an empty wheel has no timer",
  alive(async () => {
    const deadlines = new Deadlines();
    const gone = entry(deadlines, performance.now() + 20);
    const stays = entry(deadlines, performance.now() + 50);
    deadlines.watch(gone);
    deadlines.watch(stays);
    deadlines.unwatch(gone);
    deadlines.unwatch(gone);
    const first = await Promise.race([
      gone.done.then(() => "gone"),
      stays.done.then(() => "stays"),
    ]);
    assert.equal(first, "stays");
    // The leak sanitizer fails this test if the interval is still there.
  }),
);

Deno.test(
  "what is unwatched by its neighbour's expiry doesn't expire, and watching goes on",
  alive(async () => {
    const deadlines = new Deadlines();
    const now = performance.now();
    const expired: string[] = [];
    const both = [entry(deadlines, now), entry(deadlines, now)];
    const told = both.map((one, i) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      one.expire = () => {
        expired.push(`${i}`);
        for (const each of both) deadlines.unwatch(each);
        resolve();
      };
      deadlines.watch(one);
      return promise;
    });
    await Promise.race(told);
    const later = entry(deadlines, performance.now());
    deadlines.watch(later);
    await later.done;
    assert.deepEqual(expired, ["0"]);
  }),
);
