import assert from "node:assert/strict";
import * as zlib from "node:zlib";
import { OptionError } from "../../internal/mod.ts";
import { allOf, sample, streamOf } from "./_coding_for_tests.ts";
import { decodeBytes, encodeBytes, encodeStream } from "./mod.ts";

const SIZES = [0, 1, 1000, 70_000, 300_000];

/** The peer's decoders. */
const PEERS: [codings: string, decode: (bytes: Uint8Array) => Uint8Array][] = [
  ["gzip", (bytes) => zlib.gunzipSync(bytes)],
  ["X-Gzip", (bytes) => zlib.gunzipSync(bytes)],
  ["deflate", (bytes) => zlib.inflateSync(bytes)],
  ["br", (bytes) => zlib.brotliDecompressSync(bytes)],
  ["zstd", (bytes) => zlib.zstdDecompressSync(bytes)],
  ["gzip, br", (bytes) => zlib.gunzipSync(zlib.brotliDecompressSync(bytes))],
  ["identity", (bytes) => bytes],
  ["", (bytes) => bytes],
];

for (const [codings, decode] of PEERS) {
  Deno.test(`encode: what "${codings}" gives, a peer decodes`, async () => {
    for (const size of SIZES) {
      const plain = sample(size, size);
      const found = [
        await encodeBytes(plain, codings),
        await allOf(encodeStream(streamOf(plain, 10_000), codings)),
      ].map((coded) => new Uint8Array(decode(coded)));
      assert.deepEqual(found, [plain, plain], `${size} bytes`);
    }
  });
}

Deno.test("encode: five codings are undone again", async () => {
  const codings = "zstd, gzip, br, deflate, gzip";
  const plain = sample(5000);
  assert.deepEqual(await decodeBytes(await encodeBytes(plain, codings), codings, 5000), plain);
});

Deno.test("encode: an unknown coding, or too many, is an error of the option compression", async () => {
  const error = async (codings: string) => {
    try {
      await encodeBytes(new Uint8Array(1), codings);
    } catch (error) {
      assert(error instanceof OptionError);
      assert.equal(error.option, "compression");
      return error.message;
    }
  };
  assert.equal(
    await error("gzip, zst"),
    'compression: unknown content coding "zst": gzip, deflate, br, zstd or identity (did you mean zstd?)',
  );
  assert.equal(
    await error("gzip,gzip,gzip,gzip,gzip,gzip"),
    "compression: 6 content codings: at most 5 are undone",
  );
  assert.throws(() => encodeStream(streamOf(new Uint8Array(1)), "nope"), OptionError);
});

Deno.test("encode: a stream that is abandoned ends its source", async () => {
  let cancelled = false;
  const source = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(crypto.getRandomValues(new Uint8Array(60_000))),
    cancel: () => void (cancelled = true),
  });
  for await (const _ of encodeStream(source, "gzip, br")) break;
  assert(cancelled);
});

Deno.test("encode: what the source fails with passes as it is", async () => {
  const failure = new Error("disk");
  // deno-lint-ignore require-yield
  const source = async function* (): AsyncGenerator<Uint8Array> {
    await Promise.resolve();
    throw failure;
  };
  await assert.rejects(
    () => Array.fromAsync(encodeStream(source(), "zstd")),
    (error) => error === failure,
  );
});
