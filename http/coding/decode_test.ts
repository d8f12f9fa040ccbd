import assert from "node:assert/strict";
import * as zlib from "node:zlib";
import { rejection } from "../_rejection_for_tests.ts";
import { allOf, concat, outcome, sample, streamOf } from "./_coding_for_tests.ts";
import { decodeBytes, decodeStream, encodeBytes } from "./mod.ts";

const MIB = 1024 * 1024;
const text = (value: string) => new TextEncoder().encode(value);
const whole = (bytes: Uint8Array, codings: string, limit = MIB) =>
  outcome(() => decodeBytes(bytes, codings, limit));
const streamed = (bytes: Uint8Array, codings: string, limit = MIB, piece?: number) =>
  outcome(() => allOf(decodeStream(streamOf(bytes, piece), codings, limit)));

/** The peer's encoders, by the coding that their output is sent with. */
const ENCODERS: [name: string, coding: string, encode: (bytes: Uint8Array) => Uint8Array][] = [
  ["gzip", "gzip", (bytes) => zlib.gzipSync(bytes)],
  ["x-gzip in capitals", "X-GZIP", (bytes) => zlib.gzipSync(bytes)],
  ["deflate", "deflate", (bytes) => zlib.deflateSync(bytes)],
  ["raw deflate", "deflate", (bytes) => zlib.deflateRawSync(bytes)],
  ["raw deflate, stored", "deflate", (bytes) => zlib.deflateRawSync(bytes, { level: 0 })],
  ["br", "br", (bytes) => zlib.brotliCompressSync(bytes)],
  ["zstd", "zstd", (bytes) => zlib.zstdCompressSync(bytes)],
  [
    "zstd with a checksum",
    "zstd",
    (bytes) =>
      zlib.zstdCompressSync(bytes, { params: { [zlib.constants.ZSTD_c_checksumFlag]: 1 } }),
  ],
  ["identity", "identity", (bytes) => bytes],
  ["none", "", (bytes) => bytes],
  ["gzip, br", "gzip, br", (bytes) => zlib.brotliCompressSync(zlib.gzipSync(bytes))],
  [
    "zstd, identity, deflate",
    "zstd,identity ,, deflate",
    (bytes) => zlib.deflateSync(zlib.zstdCompressSync(bytes)),
  ],
  ["five", "gzip,gzip,gzip,gzip,gzip", (bytes) => {
    for (let i = 0; i < 5; i++) bytes = zlib.gzipSync(bytes);
    return bytes;
  }],
];

for (const [name, codings, encode] of ENCODERS) {
  Deno.test(`decode: ${name}, whole and streamed in pieces`, async () => {
    for (const size of [1, 2, 100, 10_000, 300_000, 900_000]) {
      const plain = sample(size, size);
      const coded = encode(plain);
      assert.deepEqual(await decodeBytes(coded, codings, size), plain, `whole, ${size} bytes`);
      for (const piece of [coded.length, 1000, ...(size <= 10_000 ? [1, 2, 3, 17] : [])]) {
        const decoded = await allOf(decodeStream(streamOf(coded, piece), codings, size));
        assert.deepEqual(decoded, plain, `${size} bytes in pieces of ${piece}`);
      }
    }
  });
}

const plain = text("hello ".repeat(50));
const CASES: [name: string, codings: string, bytes: Uint8Array, expected: string][] = [
  ["nothing at all", "gzip", new Uint8Array(0), "0 bytes"],
  ["nothing at all, stacked", "gzip, br", new Uint8Array(0), "0 bytes"],
  ["coded nothing", "gzip", zlib.gzipSync(""), "0 bytes"],
  ["coded nothing, br", "br", zlib.brotliCompressSync(""), "0 bytes"],
  ["coded nothing, zstd", "zstd", zlib.zstdCompressSync(""), "0 bytes"],
  ["nothing inside br, gzip on top of it", "br, gzip", zlib.gzipSync(""), "0 bytes"],
  ["two gzip members", "gzip", concat(zlib.gzipSync(plain), zlib.gzipSync(plain)), "600 bytes"],
  [
    "two zstd frames",
    "zstd",
    concat(zlib.zstdCompressSync(plain), zlib.zstdCompressSync(plain)),
    "600 bytes",
  ],
  [
    "a skippable zstd frame between two",
    "zstd",
    concat(
      zlib.zstdCompressSync(plain),
      new Uint8Array([0x5f, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]),
      zlib.zstdCompressSync(plain),
    ),
    "600 bytes",
  ],
  ["21 text as gzip", "gzip", plain, "decode_failed"],
  ["21 text as deflate", "deflate", text("Hello"), "decode_failed"],
  ["21 text as br", "br", text("garbage"), "decode_failed"],
  ["21 text as zstd", "zstd", plain, "decode_failed"],
  ["21 zlib that needs a dictionary", "deflate", new Uint8Array([0x78, 0xbb]), "decode_failed"],
  ["21 a reserved zstd block", "zstd", reservedBlock(), "decode_failed"],
  ["21 zstd that needs a window of 32 MiB", "zstd", wideWindow(), "decode_failed"],
  ["20 six codings", "gzip,gzip,gzip,gzip,gzip,gzip", plain, "decode_failed"],
  ["20 endless list of codings", "gzip,".repeat(1000), plain, "decode_failed"],
  ["21 an unknown coding", "gzip, rot13", plain, "decode_failed"],
];
for (const coding of ["gzip", "deflate", "br", "zstd"]) {
  const coded = await encodeBytes(plain, coding);
  for (
    const [what, garbage] of [["text", text("garbage")], ["zeros", new Uint8Array(9)]] as const
  ) {
    CASES.push([`${what} behind ${coding}`, coding, concat(coded, garbage), "decode_failed"]);
  }
}

function reservedBlock(): Uint8Array {
  return new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 0x20, 1, 0x0f, 0, 0, 1]);
}

function wideWindow(): Uint8Array {
  const params = { [zlib.constants.ZSTD_c_windowLog]: 25 };
  return zlib.zstdCompressSync(new Uint8Array(40 * MIB), { params });
}

for (const [name, codings, bytes, expected] of CASES) {
  Deno.test(`decode: ${name}`, async () => {
    assert.equal(await whole(bytes, codings), expected);
    for (const piece of [bytes.length, 1]) {
      assert.equal(await streamed(bytes, codings, MIB, piece), expected, `pieces of ${piece}`);
    }
  });
}

Deno.test("decode: the error says which coding failed and how", async () => {
  const message = async (bytes: Uint8Array, codings: string) =>
    (await rejection(() => decodeBytes(bytes, codings, MIB))).message;
  const gzip = zlib.gzipSync(plain);
  assert.equal(
    await message(gzip.subarray(0, 30), "gzip"),
    "response body is cut off: its gzip data has no end",
  );
  assert.equal(
    await message(zlib.brotliCompressSync(plain).subarray(0, -1), "br"),
    "response body is cut off: its br data has no end",
  );
  assert.equal(
    await message(zlib.zstdCompressSync(plain).subarray(0, -1), "zstd"),
    "response body is cut off: its zstd data has no end",
  );
  assert.equal(
    await message(concat(zlib.deflateSync(plain), text("x")), "deflate"),
    "response body goes on behind the end of its deflate data",
  );
  assert.match(await message(plain, "gzip"), /^response body is not valid gzip: /);
  assert.match(await message(zlib.gzipSync(plain), "br, gzip"), /^response body is not valid br: /);
  assert.equal(
    await message(gzip, `gzip, ${"z".repeat(100)}`),
    `unknown content coding "${"z".repeat(40)}…": gzip, deflate, br, zstd or identity`,
  );
});

Deno.test("decode: a body cut off at any byte is an error, never less data", async () => {
  const codings = ["gzip", "deflate", "br", "zstd", "gzip, br", "br, zstd"];
  for (const coding of codings) {
    const coded = await encodeBytes(sample(200), coding);
    for (let end = 1; end < coded.length; end++) {
      const cut = coded.subarray(0, end);
      assert.equal(await whole(cut, coding), "decode_failed", `${coding} whole, cut at ${end}`);
      assert.equal(await streamed(cut, coding), "decode_failed", `${coding}, cut at ${end}`);
    }
  }
  const raw = zlib.deflateRawSync(sample(200));
  for (let end = 1; end < raw.length; end++) {
    assert.equal(await whole(raw.subarray(0, end), "deflate"), "decode_failed", `raw at ${end}`);
  }
});
