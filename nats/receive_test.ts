import assert from "node:assert/strict";
import { Random } from "../internal/fuzz_for_tests.ts";
import type { StreamSocket } from "../net/mod.ts";
import { receive } from "./receive.ts";
import { type FrameSink, Scanner } from "./scan.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A socket that gives `bytes` in pieces of a random length. */
function socketOf(bytes: Uint8Array, random: Random, most: number, buffers: Set<ArrayBufferLike>) {
  let at = 0;
  const socket: Pick<StreamSocket, "readInto"> = {
    readInto(buffer) {
      buffers.add(buffer.buffer);
      assert.ok(buffer.length > 0, "there is no room to read into");
      if (at === bytes.length) return Promise.resolve(null);
      const count = Math.min(1 + random.below(most), buffer.length, bytes.length - at);
      buffer.set(bytes.subarray(at, at + count));
      at += count;
      return Promise.resolve(count);
    },
  };
  return socket as StreamSocket;
}

function messages(random: Random, count: number, most: number): { text: string; all: string[] } {
  const all = Array.from(
    { length: count },
    (_, i) => `${i}:${"abcdef"[i % 6]!.repeat(random.below(most))}`,
  );
  return { text: all.map((data) => `MSG s 1 ${data.length}\r\n${data}\r\n`).join(""), all };
}

function sinkOf(onMessage: FrameSink["onMessage"]): FrameSink {
  const unexpected = () => assert.fail("there are messages only");
  return {
    onMessage,
    onInfo: unexpected,
    onPing: unexpected,
    onPong: unexpected,
    onError: unexpected,
  };
}

Deno.test("views of messages stay as they were, however the bytes come", async () => {
  const seed = Date.now() & 0x7fffffff;
  const random = new Random(seed);
  for (const [most, pieces] of [[20, 7], [20, 5000], [3000, 900], [90_000, 300_000], [200, 1e6]]) {
    const { text, all } = messages(random, 400, most!);
    const views: Uint8Array[] = [];
    const scanner = new Scanner(
      sinkOf(({ buffer, start, end }) => void views.push(buffer.subarray(start, end))),
    );
    const first = random.below(40);
    const bytes = encoder.encode(text);
    const socket = socketOf(bytes.subarray(first), random, pieces!, new Set());
    await receive(socket, scanner, bytes.subarray(0, first), () => true);
    assert.deepEqual(views.map((view) => decoder.decode(view)), all, `seed ${seed}`);
  }
});

Deno.test("what nobody has views of is read over: one buffer for all", async () => {
  const random = new Random(1);
  const { text, all } = messages(random, 2000, 100);
  const buffers = new Set<ArrayBufferLike>();
  let got = 0;
  const scanner = new Scanner(sinkOf(({ buffer, start, end }) => {
    assert.equal(decoder.decode(buffer.subarray(start, end)), all[got++]);
  }));
  const socket = socketOf(encoder.encode(text), random, 1000, buffers);
  await receive(socket, scanner, new Uint8Array(0), () => false);
  assert.equal(got, all.length);
  assert.equal(buffers.size, 1);
});

Deno.test("a buffer that grew for a burst shrinks when little comes", async () => {
  const random = new Random(1);
  const burst = messages(random, 3000, 200);
  const calm = messages(random, 200, 20);
  const sizes: number[] = [];
  const scanner = new Scanner(sinkOf(({ buffer }) => void sizes.push(buffer.length)));
  const bytes = encoder.encode(burst.text + calm.text);
  let at = 0;
  const socket: Pick<StreamSocket, "readInto"> = {
    readInto(buffer) {
      const most = at < burst.text.length ? burst.text.length - at : 30;
      const count = Math.min(most, buffer.length, bytes.length - at);
      buffer.set(bytes.subarray(at, at += count));
      return Promise.resolve(count === 0 ? null : count);
    },
  };
  await receive(socket as StreamSocket, scanner, new Uint8Array(0), () => true);
  assert.ok(Math.max(...sizes) >= 64 * 1024, String(Math.max(...sizes)));
  assert.equal(sizes.at(-1), 4 * 1024);
});
