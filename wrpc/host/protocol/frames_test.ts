import assert from "node:assert/strict";
import { encodeFrame, FrameDecoder, FrameType, joined, MAX_PAYLOAD_BYTES } from "./frames.ts";

Deno.test("frames come out as they went in, however the bytes are split", () => {
  const frames = [
    { type: FrameType.call, id: 7, payload: Uint8Array.of(1, 2, 3) },
    { type: FrameType.cancel, id: 0xffffffff, payload: new Uint8Array(0) },
    { type: FrameType.body, id: 0, payload: new Uint8Array(300).fill(9) },
  ];
  const bytes = joined(frames.map(({ type, id, payload }) => encodeFrame(type, id, payload)));
  for (let at = 0; at <= bytes.length; at++) {
    const decoder = new FrameDecoder();
    const parts = [bytes.subarray(0, at), bytes.subarray(at)];
    assert.deepEqual(parts.flatMap((part) => [...decoder.push(part)]), frames, `split at ${at}`);
  }
});

Deno.test("a frame above the limit, or of an unknown type, is refused by its header", () => {
  const header = encodeFrame(FrameType.body, 1, new Uint8Array(0));
  new DataView(header.buffer).setUint32(0, MAX_PAYLOAD_BYTES + 1);
  assert.throws(() => [...new FrameDecoder().push(header)], { code: "protocol" });
  for (const type of [0, 12, 255]) {
    const unknown = encodeFrame(type, 1, new Uint8Array(0));
    assert.throws(() => [...new FrameDecoder().push(unknown)], /unknown type/);
  }
});
