import assert from "node:assert/strict";
import { FakeClock } from "./_clock_for_tests.ts";
import { Timeline } from "./timeline.ts";

Deno.test("a line stands still while it is paused, and what sleeps on it sleeps that much longer", async () => {
  const clock = new FakeClock(1000);
  const line = new Timeline(clock);
  const woken: number[] = [];
  const sleeping = line.sleep(100).then(() => woken.push(clock.now()));
  clock.sleep(40).then(() => line.pause());
  clock.sleep(340).then(() => line.resume());
  await clock.run(sleeping);
  assert.deepEqual(woken, [1400]);
  assert.equal(line.now(), 1100);
  assert.equal(line.lostMs, 300);
});

Deno.test("pauses last as long as whoever asks for them says, whenever the word arrives", () => {
  const clock = new FakeClock(1000);
  const line = new Timeline(clock);
  line.pause(990);
  line.pause(995);
  clock.spend(50);
  assert.equal(line.now(), 1000);
  line.resume(1030);
  line.resume(9999);
  assert.equal(line.lostMs, 40);
  assert.equal(line.now(), 1010);
});

Deno.test("a sleep of a paused line ends with its signal", async () => {
  const clock = new FakeClock(0);
  const line = new Timeline(clock);
  line.pause();
  const stop = new AbortController();
  clock.sleep(7).then(() => stop.abort());
  await clock.run(line.sleep(100, stop.signal));
  assert.equal(clock.now(), 7);
  await line.sleep(100, stop.signal);
  await line.sleepExactly(100, true, stop.signal);
});

Deno.test("a sleep of no time on a paused line waits until it goes on", async () => {
  const clock = new FakeClock(0);
  const line = new Timeline(clock);
  line.pause();
  clock.sleep(20).then(() => line.resume());
  await clock.run(line.sleep(0));
  assert.equal(clock.now(), 20);
  await line.running();
});
