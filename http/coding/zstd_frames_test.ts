import assert from "node:assert/strict";
import * as zlib from "node:zlib";
import { concat, sample } from "./_coding_for_tests.ts";
import { ZstdFrames } from "./zstd_frames.ts";

const { ZSTD_c_checksumFlag, ZSTD_c_contentSizeFlag, ZSTD_c_windowLog } = zlib.constants;
const frame = (size: number, params: Record<number, number> = {}, pledgedSrcSize?: number) =>
  zlib.zstdCompressSync(sample(size), {
    params,
    ...(pledgedSrcSize === undefined ? {} : { pledgedSrcSize }),
  });

/** A frame of one raw block of 3 bytes. */
function made(descriptor: number, header: number[], checksum: number[] = []): Uint8Array {
  const block = [0x19, 0, 0, 1, 2, 3];
  return new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, descriptor, ...header, ...block, ...checksum]);
}

const FRAMES: [name: string, bytes: Uint8Array][] = [
  ["empty", frame(0)],
  ["one block", frame(500)],
  ["a checksum", frame(500, { [ZSTD_c_checksumFlag]: 1 })],
  ["a known size of 1 byte", frame(200, {}, 200)],
  ["a known size of 2 bytes", frame(5000, {}, 5000)],
  ["a known size of 4 bytes", made(0xa0, [3, 0, 0, 0])],
  ["a known size of 8 bytes", made(0xe0, [3, 0, 0, 0, 0, 0, 0, 0])],
  ["a window and a dictionary of 1 byte", made(0x01, [0x50, 7])],
  [
    "a window and a dictionary of 4 bytes, a checksum",
    made(0x07, [0x50, 1, 2, 3, 4], [0, 0, 0, 0]),
  ],
  ["no content size", frame(500, { [ZSTD_c_contentSizeFlag]: 0 })],
  ["several blocks, a small window", frame(400_000, { [ZSTD_c_windowLog]: 17 })],
  ["repeated bytes", zlib.zstdCompressSync(new Uint8Array(400_000))],
  ["skippable", new Uint8Array([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9])],
  ["skippable and empty", new Uint8Array([0x51, 0x2a, 0x4d, 0x18, 0, 0, 0, 0])],
];

for (const [name, bytes] of FRAMES) {
  Deno.test(`ZstdFrames: ${name}: ends where the frame ends, at every split`, () => {
    const two = concat(bytes, bytes);
    const whole = new ZstdFrames();
    assert.equal(whole.next(two, 0), bytes.length);
    assert(whole.whole);
    assert.equal(whole.next(two, bytes.length), two.length);
    assert(whole.whole);
    const step = bytes.length < 6000 ? 1 : 997;
    for (let cut = 1; cut < bytes.length; cut += step) {
      const frames = new ZstdFrames();
      assert.equal(frames.next(bytes.subarray(0, cut), 0), cut);
      assert(!frames.whole, `cut at ${cut}`);
      assert.equal(frames.next(two, cut), bytes.length, `cut at ${cut}`);
      assert(frames.whole, `cut at ${cut}`);
    }
  });
}

Deno.test("ZstdFrames refuses what is no frame", () => {
  const next = (...bytes: number[]) => new ZstdFrames().next(new Uint8Array(bytes), 0);
  assert.throws(() => next(1, 2, 3, 4), /^Error: no frame begins with 0x04030201$/);
  assert.throws(
    () => next(0x28, 0xb5, 0x2f, 0xfd, 0x20, 0, 0x07, 0, 0),
    /block of a reserved type/,
  );
});
