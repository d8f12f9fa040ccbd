import assert from "node:assert/strict";
import * as zlib from "node:zlib";
import { HttpError } from "../errors.ts";
import { concat, sample, streamOf } from "./_coding_for_tests.ts";
import { decodeStream, encodeBytes } from "./mod.ts";

const MIB = 1024 * 1024;
const CODINGS = ["gzip", "deflate", "br", "zstd", "gzip, br"];

/** A stream that counts what was taken from it. */
function counted(bytes: Uint8Array, piece: number) {
  const seen = { pulled: 0, cancelled: undefined as unknown };
  const reader = streamOf(bytes, piece).getReader();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await reader.read();
      if (done) return controller.close();
      seen.pulled++;
      controller.enqueue(value);
    },
    cancel: (reason) => void (seen.cancelled = reason),
  }, { highWaterMark: 0 });
  return { seen, stream };
}

for (const codings of CODINGS) {
  Deno.test(`decodeStream of ${codings} takes its source no faster than it is read`, async () => {
    const coded = await encodeBytes(sample(4 * MIB), codings);
    const { seen, stream } = counted(coded, 16 * 1024);
    const reader = decodeStream(stream, codings, 8 * MIB).getReader();
    assert.equal(seen.pulled, 0);
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert(seen.pulled * 16 * 1024 < coded.length / 2, `${seen.pulled} pieces taken`);
    await reader.cancel("enough");
    assert.equal(seen.cancelled, "enough");
  });

  Deno.test(`decodeStream of ${codings} passes on what its source fails with`, async () => {
    const failure = new HttpError("response_incomplete", "body", "cut");
    const coded = await encodeBytes(sample(1000), codings);
    let given = false;
    const source = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (given) throw failure;
        given = true;
        controller.enqueue(coded.subarray(0, coded.length / 2));
      },
    });
    await assert.rejects(
      () => Array.fromAsync(decodeStream(source, codings, MIB)),
      (error) => error === failure,
    );
  });
}

const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH, ZSTD_e_flush } = zlib.constants;
const FLUSHING = {
  gzip: () => zlib.createGzip({ flush: Z_SYNC_FLUSH }),
  deflate: () => zlib.createDeflate({ flush: Z_SYNC_FLUSH }),
  br: () => zlib.createBrotliCompress({ flush: BROTLI_OPERATION_FLUSH }),
  zstd: () => zlib.createZstdCompress({ flush: ZSTD_e_flush }),
};

for (const [coding, create] of Object.entries(FLUSHING)) {
  Deno.test(`decodeStream of ${coding} gives what was flushed before its source goes on`, async () => {
    const engine = create();
    await new Promise((resolve) => engine.write("data: 1\n\n", resolve));
    const flushed: Uint8Array[] = [];
    for (let out = engine.read(); out !== null; out = engine.read()) flushed.push(out);
    engine.destroy();
    const source = new ReadableStream<Uint8Array>({
      start: (on) => on.enqueue(concat(...flushed)),
    });
    const reader = decodeStream(source, coding, MIB).getReader();
    const { value } = await reader.read();
    assert.equal(new TextDecoder().decode(value), "data: 1\n\n");
    // The next read waits for a source that never goes on: cancelling ends it.
    const waiting = reader.read();
    await reader.cancel();
    assert.deepEqual(await waiting, { done: true, value: undefined });
  });
}

Deno.test("decodeStream refuses an unknown coding before it touches the body", () => {
  const { seen, stream } = counted(new Uint8Array(10), 1);
  assert.throws(() => decodeStream(stream, "rot13", MIB), { code: "decode_failed" });
  assert.equal(stream.locked, false);
  assert.equal(seen.pulled, 0);
});

Deno.test("decodeStream that is never read leaves its source alone until it is cancelled", async () => {
  const { seen, stream } = counted(new Uint8Array(10), 1);
  const decoded = decodeStream(stream, "gzip", MIB);
  await decoded.cancel("unread");
  assert.deepEqual(seen, { pulled: 0, cancelled: "unread" });
});

Deno.test("decodeStream passes over empty chunks", async () => {
  const empty = new Uint8Array(0);
  for (const codings of CODINGS) {
    const coded = await encodeBytes(sample(100), codings);
    const chunks = [empty, coded.subarray(0, 1), empty, coded.subarray(1), empty];
    const all = await Array.fromAsync(decodeStream(ReadableStream.from(chunks), codings, MIB));
    assert.deepEqual(concat(...all), sample(100), codings);
    const none = decodeStream(ReadableStream.from([empty, empty]), codings, MIB);
    assert.equal(concat(...await Array.fromAsync(none)).length, 0, codings);
  }
});

Deno.test("decodeStream cancels a source that it can't decode", async () => {
  const { seen, stream } = counted(new TextEncoder().encode("not gzip, ".repeat(10)), 10);
  await assert.rejects(() => Array.fromAsync(decodeStream(stream, "gzip", MIB)), {
    code: "decode_failed",
  });
  assert(seen.cancelled instanceof HttpError);
});
