import assert from "node:assert/strict";
import { PreparedPacket } from "./payload.ts";
import { Sampler } from "./sampler.ts";
import { Schedule, type Step } from "./schedule.ts";

function step(name: string, copies: number): Step {
  const payload = { packet: name, copies, counter: null, timestamp: null };
  const packet = new PreparedPacket(payload, Uint8Array.of(1), { blockBytes: 1 });
  return { packet, copies, action: `send:${name}` };
}

/** Sends all that is due, up to `most` at once; what was sent, in order. */
function drain(schedule: Schedule, most = 100, limit = 50): string {
  const sent: string[] = [];
  for (let due = schedule.due(); due > 0 && sent.length < limit; due = schedule.due()) {
    const copies = Math.min(due, most);
    sent.push(`${schedule.step.packet.name}${copies}`);
    schedule.sent(copies);
  }
  return sent.join(" ");
}

const two = [step("a", 3), step("b", 2)];

Deno.test("as many copies are due as were released, in the order of the steps", () => {
  const schedule = new Schedule(two, false);
  assert.equal(schedule.isDue, false);
  assert.equal(drain(schedule), "");
  schedule.release(2);
  assert.equal(schedule.isDue, true);
  assert.equal(drain(schedule), "a2");
  schedule.release(3);
  assert.equal(drain(schedule), "a1 b2");
  schedule.release(9);
  assert.equal(drain(schedule), "");
  assert.equal(schedule.isDue, false);
});

Deno.test("a flood sends what was not released as well, once", () => {
  const schedule = new Schedule(two, false);
  schedule.release(1);
  assert.equal(drain(schedule), "a1");
  schedule.flood();
  assert.equal(drain(schedule, 2), "a2 b2");
  assert.equal(schedule.isDue, false);
});

Deno.test("a flood that repeats begins again until it drains, and finishes its round", () => {
  const schedule = new Schedule(two, true);
  schedule.flood();
  assert.equal(drain(schedule, 100, 5), "a3 b2 a3 b2 a3");
  schedule.drain();
  assert.equal(schedule.isDue, true);
  assert.equal(drain(schedule), "b2");
  assert.equal(schedule.isDue, false);
});

Deno.test("a flood that is asked for while draining is too late", () => {
  const schedule = new Schedule(two, true);
  schedule.release(1);
  schedule.drain();
  schedule.flood();
  assert.equal(drain(schedule), "a1");
});

Deno.test("a schedule of nothing is never due", () => {
  for (const repeat of [true, false]) {
    const schedule = new Schedule([], repeat);
    schedule.release(1);
    schedule.flood();
    assert.equal(schedule.isDue, false);
    assert.equal(schedule.due(), 0);
  }
});

Deno.test("steps that are given come after those there are, which are kept only to be repeated", () => {
  for (const repeat of [true, false]) {
    const schedule = new Schedule([], repeat);
    for (let i = 0; i < 5; i++) {
      schedule.give(step("c", 2));
      schedule.release(2);
      assert.equal(drain(schedule), "c2");
    }
    assert.equal(schedule.length, repeat ? 5 : 1);
  }
});

Deno.test("a step that is given in the middle of another does not repeat its beginning", () => {
  const schedule = new Schedule(two, false);
  schedule.release(2);
  assert.equal(drain(schedule), "a2");
  schedule.give(step("c", 1));
  schedule.release(4);
  assert.equal(drain(schedule), "a1 b2 c1");
});

Deno.test("the first packet is timed, and every n-th after it, however they are bundled", () => {
  for (const rate of [1, 2, 3, 100]) {
    for (const bundle of [1, 2, 3, 5, 64, 250]) {
      const sampler = new Sampler(rate);
      for (let at = 0; at < 1000; at += bundle) {
        const wanted = Array.from({ length: bundle }, (_, i) => at + i).some((i) => i % rate === 0);
        assert.equal(sampler.next, at % rate === 0, `next of ${at}, rate ${rate}`);
        assert.equal(sampler.take(bundle), wanted, `${at} to ${at + bundle}, rate ${rate}`);
      }
    }
  }
});
