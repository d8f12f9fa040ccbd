import assert from "node:assert/strict";
import type { DatagramLink } from "./link.ts";
import { pingPong } from "./ping_pong.ts";
import { newTally } from "./tally.ts";

/** A link whose `passes` says how often each datagram that is written is answered. */
function link(passes: (written: number) => number): DatagramLink & { waiting: () => boolean } {
  const answers: Uint8Array[] = [];
  let pending: ((answer: Uint8Array) => void) | undefined;
  let written = 0;
  return {
    waiting: () => pending !== undefined,
    write(data) {
      for (let left = passes(++written); left > 0; left--) answers.push(data.slice());
      if (answers.length > 0) pending?.(answers.shift()!);
      return Promise.resolve();
    },
    async read(buffer) {
      buffer.set(answers.shift() ?? await new Promise((resolve) => pending = resolve));
      pending = undefined;
    },
    close: () => {},
  };
}

Deno.test("pingPong sends a lost datagram again, and knows answers that come twice", async () => {
  const tally = newTally();
  // The second is lost, the fourth is answered twice.
  const lossy = link((written) => written === 2 ? 0 : written === 4 ? 2 : 1);
  let check = (): void => {};
  const running = pingPong(
    {
      ...lossy,
      write(data) {
        tally.stopped = tally.count >= 5;
        return lossy.write(data);
      },
    },
    (each) => {
      check = each;
      return () => {};
    },
  )(tally);
  while (!lossy.waiting()) await Promise.resolve();
  check(); // The first look finds a new number, the second the same one.
  assert.equal(tally.resent, 0);
  check();
  await running;
  assert.deepEqual([tally.count, tally.resent], [6, 1]);
});

Deno.test("pingPong gives up on a server that fell silent", async () => {
  const tally = newTally();
  let watched = true;
  const running = pingPong(link(() => 0), (check) => {
    for (let i = 0; i < 60; i++) check();
    return () => watched = false;
  })(tally);
  await assert.rejects(running, /the server fell silent/);
  assert.equal(tally.resent, 50);
  assert.equal(watched, false);
});
