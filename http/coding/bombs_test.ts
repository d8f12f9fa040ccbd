import assert from "node:assert/strict";
import * as zlib from "node:zlib";
import { outcome } from "./_coding_for_tests.ts";
import { decodeBytes, decodeStream, encodeBytes } from "./mod.ts";

const MIB = 1024 * 1024;
const BOMB_BYTES = 256 * MIB;

/** Zeros of 256 MiB in a coding, without their memory. */
async function bomb(
  engine: zlib.Gzip | zlib.BrotliCompress | zlib.ZstdCompress,
): Promise<Uint8Array> {
  const zeros = new Uint8Array(MIB);
  const feed = async () => {
    for (let fed = 0; fed < BOMB_BYTES; fed += zeros.length) {
      await new Promise((resolve) => engine.write(zeros, resolve));
    }
    engine.end();
  };
  const [chunks] = await Promise.all([Array.fromAsync<Uint8Array>(engine), feed()]);
  return new Uint8Array(await new Blob(chunks.map((chunk) => chunk.slice())).arrayBuffer());
}

const quality = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 3 } };
const BOMBS: [codings: string, bytes: Uint8Array][] = [
  ["gzip", await bomb(zlib.createGzip())],
  ["deflate", await bomb(zlib.createDeflate())],
  ["br", await bomb(zlib.createBrotliCompress(quality))],
  ["zstd", await bomb(zlib.createZstdCompress())],
];
const [[, gzip]] = BOMBS as [[string, Uint8Array]];
BOMBS.push(["gzip, gzip", await encodeBytes(gzip, "gzip")]);
BOMBS.push(["gzip, zstd, br", await encodeBytes(gzip, "zstd, br")]);

for (const [codings, bytes] of BOMBS) {
  Deno.test(`20 a bomb of ${codings} stops at the limit, before the memory is used`, async () => {
    for (const limit of [0, 1, 1000, MIB]) {
      const before = Deno.memoryUsage().rss;
      assert.equal(await outcome(() => decodeBytes(bytes, codings, limit)), "response_too_large");
      const grown = Deno.memoryUsage().rss - before;
      assert(grown < 64 * MIB, `limit ${limit}: ${grown} bytes more`);
    }
  });

  Deno.test(`20 a streamed bomb of ${codings} stops at the limit, and its source is cancelled`, async () => {
    let cancelled = false;
    const source = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(bytes),
      cancel: () => void (cancelled = true),
    });
    const before = Deno.memoryUsage().rss;
    let size = 0;
    const read = async () => {
      for await (const chunk of decodeStream(source, codings, MIB)) size += chunk.length;
    };
    await assert.rejects(read, { code: "response_too_large" });
    assert(size <= MIB, `${size} bytes came through`);
    assert(cancelled);
    const grown = Deno.memoryUsage().rss - before;
    assert(grown < 64 * MIB, `${grown} bytes more`);
  });
}

Deno.test("20 what stacked codings hold in between is limited too", async () => {
  // A gzip of empty members: much in between, nothing at the end.
  const member = zlib.gzipSync("");
  const members = new Uint8Array(4 * MIB);
  for (let at = 0; at + member.length <= members.length; at += member.length) {
    members.set(member, at);
  }
  const whole = members.subarray(0, Math.floor(members.length / member.length) * member.length);
  const bytes = zlib.gzipSync(whole);
  assert.equal(await outcome(() => decodeBytes(bytes, "gzip, gzip", MIB)), "response_too_large");
  assert.equal(await outcome(() => decodeBytes(bytes, "gzip, gzip", 8 * MIB)), "0 bytes");
});

Deno.test("20 a body without a coding has the limit too", async () => {
  const bytes = new Uint8Array(11);
  assert.equal(await outcome(() => decodeBytes(bytes, "identity", 10)), "response_too_large");
  assert.equal(await outcome(() => decodeBytes(bytes, "", 11)), "11 bytes");
});
