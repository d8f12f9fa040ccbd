import assert from "node:assert/strict";
import type { Link } from "./link.ts";
import { BLOCK_BYTES, download, echo, MESSAGE_BYTES, upload } from "./streams.ts";
import { newTally, type Tally } from "./tally.ts";

const close = (): void => {};

/** A link to itself that moves at most `step` bytes at a time, and stops what runs after `limit` of them. */
function loopback(tally: Tally, step: number, limit: number): Link {
  let [waiting, moved] = [0, 0];
  return {
    close,
    write(data) {
      const count = Math.min(step, data.length);
      waiting += count;
      return Promise.resolve(count);
    },
    read(buffer) {
      const count = Math.min(step, buffer.length, waiting);
      waiting -= count;
      moved += count;
      if (moved >= limit) tally.stopped = true;
      return Promise.resolve(count);
    },
  };
}

Deno.test("echo counts whole messages, however they are cut", async () => {
  for (const step of [1, 7, MESSAGE_BYTES, 1000]) {
    const tally = newTally();
    await echo(loopback(tally, step, 130 * MESSAGE_BYTES))(tally);
    assert.equal(tally.count, 130, `steps of ${step}`);
    assert.equal(tally.latencies.length, 3, "messages 0, 64 and 128");
  }
});

Deno.test("echo and download refuse a connection that ends", async () => {
  const ended: Link = {
    close,
    write: (data) => Promise.resolve(data.length),
    read: () => Promise.resolve(null),
  };
  for (const traffic of [echo(ended), download(ended)]) {
    await assert.rejects(traffic(newTally()), /the server closed the connection/);
  }
});

Deno.test("upload writes the rest of a block that was taken in part", async () => {
  const tally = newTally();
  const sizes: number[] = [];
  await upload({
    close,
    write(data) {
      sizes.push(data.length);
      tally.stopped = sizes.length >= 4;
      return Promise.resolve(Math.min(data.length, 600_000));
    },
    read: () => Promise.resolve(null),
  })(tally);
  assert.deepEqual(sizes, [BLOCK_BYTES, 400_000, BLOCK_BYTES, 400_000]);
  assert.equal(tally.count, 2 * BLOCK_BYTES);
});

Deno.test("download counts the bytes that came, and goes on where it was stopped", async () => {
  let tally = newTally();
  let reads = 0;
  const traffic = download({
    close,
    write: (data) => Promise.resolve(data.length),
    read() {
      tally.stopped = ++reads % 3 === 0;
      return Promise.resolve(reads);
    },
  });
  await traffic(tally);
  assert.equal(tally.count, 1 + 2 + 3);
  tally = newTally();
  await traffic(tally);
  assert.equal(tally.count, 4 + 5 + 6);
});
