import assert from "node:assert/strict";
import { bodyLength, BodyTooLong, Frames, packetOf } from "./frames.ts";
import { planOf } from "./options.ts";

Deno.test("packets are the same wherever the stream is split", () => {
  for (const endian of ["little", "big"] as const) {
    const plan = planOf({ header: { size: 3, start: 1, length: 2, endian } });
    const bodies = ["", "x", "y".repeat(300), "z"].map((text) => new TextEncoder().encode(text));
    const packets = bodies.map((body) => packetOf(body, plan));
    const wire = new Uint8Array(packets.flatMap((packet) => [...packet]));
    for (let split = 0; split <= wire.length; split++) {
      const frames = new Frames(plan);
      const got = [wire.subarray(0, split), wire.subarray(split)]
        .flatMap((part) => frames.take(part).map((packet) => packet.slice()));
      assert.deepEqual(got, packets, `${endian}, split at ${split}`);
    }
  }
});

Deno.test("a body over the cap is refused by its header, before it has come", () => {
  const plan = planOf({ bodyMax: 300 });
  const frames = new Frames(plan);
  assert.deepEqual(frames.take(new Uint8Array([0, 0, 1])), []);
  assert.throws(() => frames.take(new Uint8Array([0x2d])), BodyTooLong);
  assert.equal(bodyLength(new Uint8Array([0xff, 0xff, 0xff, 0xff]), 0, plan), 2 ** 32 - 1);
});
