import assert from "node:assert/strict";
import type { Link } from "./link.ts";
import { BLOCK_BYTES, download, echo, MESSAGE_BYTES, upload } from "./stream_loops.ts";
import { newTally, type Tally } from "./tally.ts";

/** A link to itself that moves at most `step` bytes at a time, and stops the loop after `limit` of them. */
function loopback(tally: Tally, step: number, limit: number): Link & { closed: boolean } {
  let [waiting, moved] = [0, 0];
  const link = {
    closed: false,
    write(data: Uint8Array) {
      const count = Math.min(step, data.length);
      waiting += count;
      return Promise.resolve(count);
    },
    read(buffer: Uint8Array) {
      const count = Math.min(step, buffer.length, waiting);
      waiting -= count;
      moved += count;
      if (moved >= limit) tally.stopped = true;
      return Promise.resolve(count);
    },
    close() {
      link.closed = true;
    },
  };
  return link;
}

Deno.test("echo counts whole messages, however they are cut, and closes", async () => {
  for (const step of [1, 7, MESSAGE_BYTES, 1000]) {
    const tally = newTally();
    const link = loopback(tally, step, 130 * MESSAGE_BYTES);
    await echo(link, tally);
    assert.equal(tally.count, 130, `steps of ${step}`);
    assert.equal(tally.latencies.length, 3, "messages 0, 64 and 128");
    assert.ok(link.closed);
  }
});

Deno.test("echo and download refuse a connection that ends", async () => {
  const ended: Link = {
    write: (data) => Promise.resolve(data.length),
    read: () => Promise.resolve(null),
    close: () => {},
  };
  for (const loop of [echo, download]) {
    await assert.rejects(loop(ended, newTally()), /the server closed the connection/);
  }
});

Deno.test("upload writes the rest of a block that was taken in part", async () => {
  const tally = newTally();
  const sizes: number[] = [];
  await upload({
    write(data) {
      sizes.push(data.length);
      tally.stopped = sizes.length >= 4;
      return Promise.resolve(Math.min(data.length, 600_000));
    },
    read: () => Promise.resolve(null),
    close: () => {},
  }, tally);
  assert.deepEqual(sizes, [BLOCK_BYTES, 400_000, BLOCK_BYTES, 400_000]);
  assert.equal(tally.count, 2 * BLOCK_BYTES);
});

Deno.test("download counts the bytes that came", async () => {
  const tally = newTally();
  let reads = 0;
  await download({
    write: (data) => Promise.resolve(data.length),
    read() {
      tally.stopped = ++reads === 3;
      return Promise.resolve(reads);
    },
    close: () => {},
  }, tally);
  assert.equal(tally.count, 6);
});
