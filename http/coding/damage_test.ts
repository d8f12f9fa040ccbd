import assert from "node:assert/strict";
import { allOf, outcome, randomFrom, sample, streamOf } from "./_coding_for_tests.ts";
import { decodeBytes, decodeStream, encodeBytes } from "./mod.ts";

const LIMIT = 5000;
const CODINGS = ["gzip", "deflate", "br", "zstd", "gzip, br", "zstd, gzip"];

/** Decodes whole, streamed and streamed in pieces; all three must come to the same. */
async function agree(bytes: Uint8Array, codings: string, piece: number, of: string) {
  const stream = (size: number) => allOf(decodeStream(streamOf(bytes, size), codings, LIMIT));
  const whole = await outcome(() => decodeBytes(bytes, codings, LIMIT));
  assert.equal(await outcome(() => stream(bytes.length)), whole, of);
  assert.equal(await outcome(() => stream(piece)), whole, of);
}

Deno.test("flipped bits give bytes or a typed error, the same whole and in pieces", async () => {
  const seed = Date.now() >>> 0;
  const random = randomFrom(seed);
  for (let run = 0; run < 600; run++) {
    const codings = CODINGS[random(CODINGS.length)]!;
    const bytes = (await encodeBytes(sample(1 + random(500), seed + run), codings)).slice();
    for (let flips = 1 + random(4); flips > 0; flips--) {
      const at = random(bytes.length);
      bytes[at] = bytes[at]! ^ (1 << random(8));
    }
    const piece = 1 + random(bytes.length);
    await agree(bytes, codings, piece, `seed ${seed} run ${run} ${codings}: ${bytes.toHex()}`);
  }
});

Deno.test("random bytes give bytes or a typed error, the same whole and in pieces", async () => {
  const seed = Date.now() >>> 0;
  const random = randomFrom(seed);
  const starts = [[], [0x1f, 0x8b, 8, 0], [0x78, 0x9c], [0x28, 0xb5, 0x2f, 0xfd]];
  for (let run = 0; run < 600; run++) {
    const codings = CODINGS[random(CODINGS.length)]!;
    const start = starts[random(starts.length)]!;
    const bytes = Uint8Array.from([
      ...start,
      ...Array.from({ length: 1 + random(100) }, () => random(256)),
    ]);
    await agree(
      bytes,
      codings,
      1 + random(9),
      `seed ${seed} run ${run} ${codings}: ${bytes.toHex()}`,
    );
  }
});

Deno.test("a zstd frame that holds less than it says is corrupt, whole and in pieces", async () => {
  // A frame of 88 bytes, by its own words, whose only block is empty.
  const bytes = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, 88, 1, 0, 0);
  assert.equal(await outcome(() => decodeBytes(bytes, "zstd", LIMIT)), "decode_failed");
  for (let piece = 1; piece <= bytes.length; piece++) await agree(bytes, "zstd", piece, `${piece}`);
});
