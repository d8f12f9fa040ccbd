import assert from "node:assert/strict";
import { type Context, newContext, Registry, runInContext } from "../../metrics/mod.ts";
import { FakeTime } from "./_fake_time_for_tests.ts";
import { attachInterrupt, InterruptedError, sleep } from "./mod.ts";

function vu(signal?: AbortSignal): Context {
  const context = newContext(new Registry());
  if (signal) attachInterrupt(context, signal);
  return context;
}

Deno.test("sleep waits as long as it is told, rounded up to a millisecond", async () => {
  using time = new FakeTime();
  for (const context of [vu(), vu(new AbortController().signal)]) {
    for (const [seconds, ms] of [[0, 0], [0.0001, 1], [0.25, 250], [1, 1000], [3600, 3_600_000]]) {
      time.waits.length = 0;
      const waiting = runInContext(context, () => sleep(seconds!));
      assert.deepEqual(time.waits, [ms]);
      time.fire();
      await waiting;
    }
  }
});

Deno.test("sleep refuses what is not a number of seconds", () => {
  for (const seconds of [-1, NaN, Infinity, 2 ** 31, "1", undefined, null, {}]) {
    assert.throws(() => sleep(seconds as number), {
      code: "option_invalid",
      message: /^sleep needs seconds from 0 to 2147483: /,
    });
  }
});

Deno.test("an interrupt ends all sleeps of its users, later ones too, and leaves no timers", async () => {
  const one = new AbortController();
  const other = new AbortController();
  const [a, b, c] = [vu(one.signal), vu(one.signal), vu(other.signal)];
  const sleeps = [a, a, b].map((context) => runInContext(context, () => sleep(1000)));
  const unmoved = runInContext(c, () => sleep(1000));
  one.abort(new Error("stop"));
  for (const result of await Promise.allSettled(sleeps)) {
    assert.ok(result.status === "rejected" && result.reason instanceof InterruptedError);
    assert.equal(result.reason.code, "interrupted");
    assert.equal((result.reason.cause as Error).message, "stop");
  }
  await assert.rejects(runInContext(b, () => sleep(0)), { code: "interrupted" });
  await assert.rejects(runInContext(vu(one.signal), () => sleep(0)), { code: "interrupted" });
  assert.equal(await Promise.race([unmoved, Promise.resolve("asleep")]), "asleep");
  other.abort();
  await assert.rejects(unmoved, { code: "interrupted" });
});

Deno.test("thousands of sleeping users of one signal cost one listener", async () => {
  const controller = new AbortController();
  let listeners = 0;
  const add = controller.signal.addEventListener;
  controller.signal.addEventListener = function (...args: Parameters<typeof add>) {
    listeners++;
    return add.apply(controller.signal, args);
  };
  const sleeps = Array.from({ length: 5000 }, () => {
    const context = vu(controller.signal);
    return runInContext(context, () => sleep(60));
  });
  controller.abort();
  const results = await Promise.allSettled(sleeps);
  assert.equal(results.filter((result) => result.status === "rejected").length, 5000);
  assert.equal(listeners, 1);
});

Deno.test("a new interrupt replaces the old one for later sleeps", async () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const context = vu(first.signal);
  first.abort();
  attachInterrupt(context, second.signal);
  await runInContext(context, () => sleep(0));
});
