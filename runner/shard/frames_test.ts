import assert from "node:assert/strict";
import {
  encodeFrame,
  type Frame,
  FrameDecoder,
  FrameError,
  FrameType,
  MAX_FRAME_BYTES,
} from "./frames.ts";
import { seeded } from "../_random_for_tests.ts";

const text = (value: string) => new TextEncoder().encode(value);
const SAMPLE = [
  encodeFrame(FrameType.control, text('{"a":1}')),
  encodeFrame(FrameType.heartbeat, new Uint8Array(0)),
  encodeFrame(FrameType.delta, new Uint8Array([0, 255, 0, 1])),
];
const EXPECTED = [[1, '{"a":1}'], [3, ""], [2, "\0\ufffd\0\x01"]];

function concat(parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}
function read(frames: Frame[]): [number, string][] {
  return frames.map(({ type, payload }) => [type, new TextDecoder().decode(payload)]);
}

Deno.test("frames come out whole wherever their bytes are split", () => {
  const bytes = concat(SAMPLE);
  for (let a = 0; a <= bytes.length; a++) {
    for (let b = a; b <= bytes.length; b++) {
      const decoder = new FrameDecoder();
      const frames = [bytes.subarray(0, a), bytes.subarray(a, b), bytes.subarray(b)]
        .flatMap((part) => [...decoder.push(part)]);
      assert.deepEqual(read(frames), EXPECTED, `split at ${a} and ${b}`);
      assert.equal(decoder.partial, false);
    }
  }
});

Deno.test("an input that ends inside a frame is seen as partial", () => {
  const bytes = SAMPLE[0]!;
  for (let end = 1; end < bytes.length; end++) {
    const decoder = new FrameDecoder();
    assert.deepEqual([...decoder.push(bytes.subarray(0, end))], []);
    assert.equal(decoder.partial, true, `ends after ${end}`);
  }
});

Deno.test("lengths and types out of bounds are refused before anything is kept", () => {
  const table: [bytes: number[], code: string][] = [
    [[0, 0, 0, 0, 1], "frame_empty"],
    [[255, 255, 255, 255, 1], "frame_too_large"],
    [[4, 0, 0, 1, 1], "frame_too_large"],
    [[0, 0, 0, 1, 0], "frame_type"],
    [[0, 0, 0, 2, 9], "frame_type"],
    [[...text("panic: something")], "frame_too_large"],
  ];
  for (const [bytes, code] of table) {
    assert.throws(
      () => [...new FrameDecoder().push(new Uint8Array(bytes))],
      (error) => error instanceof FrameError && error.code === code,
      `${bytes}`,
    );
  }
  const largest = new Uint8Array([4, 0, 0, 0, 1]);
  assert.deepEqual([...new FrameDecoder().push(largest)], [], "64 MiB is still allowed");
});

Deno.test("a frame over the cap is not sent", () => {
  assert.throws(
    () => encodeFrame(FrameType.control, { length: MAX_FRAME_BYTES } as Uint8Array),
    FrameError,
  );
});

Deno.test("payloads are copies: the reader may reuse its buffer", () => {
  const buffer = SAMPLE[0]!.slice();
  const [frame] = [...new FrameDecoder().push(buffer)];
  buffer.fill(0);
  assert.equal(new TextDecoder().decode(frame!.payload), '{"a":1}');
});

Deno.test("random bytes give frames or a typed error, never anything else", () => {
  for (let seed = 1; seed <= 1000; seed++) {
    const random = seeded(seed);
    const bytes = concat(SAMPLE);
    for (let i = random(6); i > 0; i--) bytes[random(bytes.length)] = random(256);
    const decoder = new FrameDecoder();
    try {
      for (let at = 0; at < bytes.length;) {
        const step = 1 + random(9);
        for (const frame of decoder.push(bytes.subarray(at, at + step))) {
          assert.ok(frame.payload.length <= bytes.length, `seed ${seed}`);
        }
        at += step;
      }
    } catch (error) {
      assert.ok(error instanceof FrameError, `seed ${seed}: ${error}`);
    }
  }
});

Deno.test("a line that the runtime prints between two frames is passed over, wherever it is split", () => {
  const noise = text("leaking memory block of length 3 element size 4\n");
  const bytes = concat([noise, SAMPLE[0]!, noise, noise, SAMPLE[1]!, SAMPLE[2]!]);
  for (let at = 0; at <= bytes.length; at++) {
    const decoder = new FrameDecoder();
    const frames = [bytes.subarray(0, at), bytes.subarray(at)]
      .flatMap((part) => [...decoder.push(part)]);
    assert.deepEqual(read(frames), EXPECTED, `split at ${at}`);
  }
});
