import assert from "node:assert/strict";
import { DownpourError } from "../../internal/mod.ts";
import { DATA, END_HEADERS, END_STREAM, HEADERS } from "./frames.ts";
import {
  block,
  concat,
  frame,
  get,
  head,
  send,
  settings,
  withPeer,
} from "./_raw_h2_server_for_tests.ts";

/** A generator of numbers in `[0, limit)` that a seed decides (xorshift). */
function random(seed: number): (limit: number) => number {
  let state = seed | 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** Frames that could be a server's, with faults here and there. */
function someFrame(below: (limit: number) => number): Uint8Array {
  const stream = below(12) === 0 ? below(1 << 16) : below(7);
  const bytes = Uint8Array.from({ length: below(30) }, () => below(256));
  switch (below(6)) {
    case 0:
      return head(stream, [[":status", `${below(700)}`], ["a", "b"]], below(2) * END_STREAM);
    case 1:
      return frame(DATA, below(2) * END_STREAM, stream, bytes);
    case 2:
      return settings([below(8), below(4) === 0 ? below(2 ** 31) : below(70_000)]);
    case 3:
      return frame(
        HEADERS,
        END_HEADERS | below(2),
        stream,
        concat([
          block([":status", "200"]),
          bytes,
        ]),
      );
    case 4:
      return frame(
        below(11),
        below(64),
        stream,
        new Uint8Array([4, 5, 8][below(3)]!).fill(below(9)),
      );
    default:
      return frame(below(11), below(256), stream, bytes);
  }
}

const seed = Date.now() & 0x7fffffff;

Deno.test(`whatever a server sends, requests end, by typed errors (seed ${seed})`, async () => {
  const below = random(seed);
  for (let round = 0; round < 150; round++) {
    await withPeer(async (session, peer) => {
      const ends = Array.from({ length: 3 }, async (_, i) => {
        try {
          const lane = await send(session, get(), i === 2 ? "stream" : "keep", 200);
          while (lane.streaming) await lane.chunk();
        } catch (error) {
          assert.ok(error instanceof DownpourError, String(error));
        }
      });
      await peer.request(5);
      const frames = Array.from({ length: 1 + below(20) }, () => someFrame(below));
      const bytes = concat([settings(), ...frames]);
      // A byte of them is another one now and then, and the end is missing.
      if (below(2) === 0) bytes[below(bytes.length)] = below(256);
      await peer.send(bytes.subarray(0, below(3) === 0 ? below(bytes.length) : bytes.length));
      if (below(4) > 0) await peer.socket.closeWrite().catch(() => {});
      await Promise.all(ends);
      assert.equal(session.idle, true);
    });
  }
});
