import assert from "node:assert/strict";
import { Slots } from "./_slots.ts";

Deno.test("slots are taken up to their number, then waited for in order", async () => {
  const slots = new Slots(2);
  const { signal } = new AbortController();
  assert.deepEqual([slots.takeNow(), slots.takeNow(), slots.takeNow()], [true, true, false]);
  const order: string[] = [];
  const waits = ["a", "b", "c"].map((name) => slots.take(signal).then(() => order.push(name)));
  slots.give();
  await waits[0];
  assert.deepEqual(order, ["a"]);
  slots.give();
  slots.give();
  await Promise.all(waits);
  assert.deepEqual(order, ["a", "b", "c"]);
  assert.equal(slots.takeNow(), false);
  slots.give();
  assert.equal(slots.takeNow(), true);
});

Deno.test("who stops waiting takes no slot", async () => {
  const slots = new Slots(1);
  slots.takeNow();
  const controller = new AbortController();
  const left = slots.take(controller.signal);
  const stays = slots.take(new AbortController().signal);
  controller.abort(new Error("gone"));
  await assert.rejects(left, { message: "gone" });
  await assert.rejects(slots.take(controller.signal), { message: "gone" });
  slots.give();
  await stays;
  slots.give();
  assert.equal(slots.takeNow(), true);
});
