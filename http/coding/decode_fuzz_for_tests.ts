import assert from "node:assert/strict";
import zlib from "node:zlib";
import { type FuzzTarget, fuzzTarget, type Random } from "../../internal/fuzz_for_tests.ts";
import { DownpourError } from "../../internal/mod.ts";
import { decodeBytes, decodeStream } from "./decode.ts";

const LIMIT = 5000;
const CODERS: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  gzip: (bytes) => zlib.gzipSync(bytes),
  deflate: (bytes) => zlib.deflateSync(bytes),
  br: (bytes) => zlib.brotliCompressSync(bytes),
  zstd: (bytes) => zlib.zstdCompressSync(bytes),
};

/** Coded bodies, broken or not: all at once and in pieces give the same content, or a typed error. */
export const target: FuzzTarget = fuzzTarget({
  name: "content-coding",
  async run(random: Random): Promise<void> {
    const size = random.pick([0, 1, 100, 4000, 5000, 5001, 30_000]);
    const content = random.once(2) ? random.bytes(size) : new Uint8Array(size).fill(97);
    const codings = Array.from(
      { length: 1 + random.below(2) },
      () => random.pick(Object.keys(CODERS)),
    );
    let coded: Uint8Array = content;
    for (const coding of codings) coded = Uint8Array.from(CODERS[coding]!(coded));
    const isWhole = random.once(2);
    if (!isWhole) coded = random.mutate(coded);
    const field = codings.join(", ");
    const whole = await outcome(() => decodeBytes(coded, field, LIMIT));
    const cut = await outcome(() => {
      const body = ReadableStream.from(random.pieces(coded)) as ReadableStream<Uint8Array>;
      return new Response(decodeStream(body, field, LIMIT)).bytes();
    });
    // Of two things that are wrong, pieces may show the other one first.
    const bothFailed = typeof cut === "string" && typeof whole === "string";
    if (!bothFailed) assert.deepEqual(cut, whole, `${field}: ${[...coded].join()}`);
    if (isWhole) assert.deepEqual(whole, size > LIMIT ? "response_too_large" : [...content]);
  },
});

/** The bytes, or the code of the error. */
async function outcome(decode: () => Promise<Uint8Array>): Promise<number[] | string> {
  try {
    const bytes = await decode();
    assert.ok(bytes.length <= LIMIT);
    return [...bytes];
  } catch (error) {
    if (error instanceof DownpourError) return error.code;
    throw error;
  }
}
