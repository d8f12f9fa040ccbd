import assert from "node:assert/strict";
import crypto, * as named from "./crypto.ts";
import { createHash, createHMAC, type HashAlgorithm, hmac, md5, randomBytes } from "./crypto.ts";

/** Digests of the empty text and of `abc`: RFC 1320, RFC 1321, FIPS 180-4's examples, the paper of RIPEMD-160. */
const HASHES: Record<HashAlgorithm, [empty: string, abc: string]> = {
  md4: ["31d6cfe0d16ae931b73c59d7e0c089c0", "a448017aaf21d8525fc10ae87aa6729d"],
  md5: ["d41d8cd98f00b204e9800998ecf8427e", "900150983cd24fb0d6963f7d28e17f72"],
  sha1: [
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "a9993e364706816aba3e25717850c26c9cd0d89d",
  ],
  sha256: [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  ],
  sha384: [
    "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b",
    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
  ],
  sha512: [
    "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
  ],
  sha512_224: [
    "6ed0dd02806fa89e25de060c19d3ac86cabb87d6a0ddd05c333b84f4",
    "4634270f707b6a54daae7530460842e20e37ed265ceee9a43e8924aa",
  ],
  sha512_256: [
    "c672b8d1ef56ed28ab87c3622c5114069bdd3ad7b8f9737498d0c01ecef0967a",
    "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23",
  ],
  ripemd160: [
    "9c1185a5c5e9fc54612808977ee8f548b2258d31",
    "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc",
  ],
};

for (
  const [algorithm, [empty, abc]] of Object.entries(HASHES) as [HashAlgorithm, [string, string]][]
) {
  Deno.test(`${algorithm} gives the published digests, at once and in pieces`, () => {
    assert.equal(crypto[algorithm]("", "hex"), empty);
    assert.equal(crypto[algorithm]("abc", "hex"), abc);
    assert.equal(named[algorithm](new TextEncoder().encode("abc").buffer, "hex"), abc);
    const hash = createHash(algorithm);
    assert.equal(hash.digest("hex"), empty);
    hash.update("a");
    hash.update(new Uint8Array([0, 98, 99]).subarray(1));
    assert.equal(hash.digest("hex"), abc);
    assert.equal(hash.digest("hex"), abc);
  });
}

const repeated = (byte: number, count: number) => new Uint8Array(count).fill(byte);

/** RFC 2202 (MD5, SHA-1), RFC 4231 (SHA-2), RFC 2286 (RIPEMD-160): keys shorter, equal and longer than a block. */
const HMACS: [HashAlgorithm, secret: string | Uint8Array, data: string, expected: string][] = [
  ["md5", "Jefe", "what do ya want for nothing?", "750c783e6ab0b503eaa86e310a5db738"],
  [
    "md5",
    repeated(0xaa, 80),
    "Test Using Larger Than Block-Size Key - Hash Key First",
    "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd",
  ],
  ["sha1", repeated(0x0b, 20), "Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"],
  [
    "sha1",
    repeated(0xaa, 80),
    "Test Using Larger Than Block-Size Key - Hash Key First",
    "aa4ae5e15272d00e95705637ce8a3b55ed402112",
  ],
  [
    "sha256",
    "Jefe",
    "what do ya want for nothing?",
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  ],
  [
    "sha256",
    repeated(0xaa, 131),
    "Test Using Larger Than Block-Size Key - Hash Key First",
    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
  ],
  [
    "sha384",
    "Jefe",
    "what do ya want for nothing?",
    "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
  ],
  [
    "sha512",
    repeated(0xaa, 131),
    "Test Using Larger Than Block-Size Key - Hash Key First",
    "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598",
  ],
  ["ripemd160", "Jefe", "what do ya want for nothing?", "dda6c0213a485a9e24f4742064a7f033b43c4069"],
];

Deno.test("hmac gives the published digests, at once and in pieces", () => {
  for (const [algorithm, secret, data, expected] of HMACS) {
    assert.equal(hmac(algorithm, secret, data, "hex"), expected, algorithm);
    const hasher = createHMAC(algorithm, secret);
    hasher.update(data.slice(0, 3));
    hasher.digest("hex");
    hasher.update(data.slice(3));
    assert.equal(hasher.digest("hex"), expected, algorithm);
    assert.equal(hasher.digest("hex"), expected, algorithm);
  }
  // Node has no HMAC of MD4; this one is k6's.
  assert.equal(hmac("md4", "k", "d", "hex"), "de693e9b565099e8fe8129b3833a702d");
});

Deno.test("a digest is given as hex, as three kinds of base64, or as bytes", () => {
  assert.equal(md5("ab", "hex"), "187ef4436122d1cc2f40dc2b92f0eba0");
  assert.equal(md5("ab", "base64"), "GH70Q2Ei0cwvQNwrkvDroA==");
  assert.equal(md5("ab", "base64url"), "GH70Q2Ei0cwvQNwrkvDroA==");
  assert.equal(md5("ab", "base64rawurl"), "GH70Q2Ei0cwvQNwrkvDroA");
  for (let n = 0; n < 50; n++) {
    const url = md5(`${n}`, "base64").replaceAll("+", "-").replaceAll("/", "_");
    assert.equal(md5(`${n}`, "base64url"), url);
    assert.equal(md5(`${n}`, "base64rawurl"), url.replaceAll("=", ""));
  }
  const binary: ArrayBuffer = md5("ab", "binary");
  assert.ok(binary instanceof ArrayBuffer);
  assert.equal(crypto.hexEncode(binary), md5("ab", "hex"));
});

Deno.test("random bytes come in the size that was asked for, beyond WebCrypto's limit too", () => {
  const bytes = new Uint8Array(randomBytes(200_000));
  assert.equal(bytes.length, 200_000);
  // All zero with a chance of 2^-512 at either end.
  for (const part of [bytes.subarray(0, 64), bytes.subarray(-64)]) {
    assert.ok(part.some((byte) => byte !== 0));
  }
  for (const size of [0, -1, 1.5, NaN, 2 ** 30 + 1, "3"]) {
    assert.throws(() => randomBytes(size as number), { code: "option_invalid" });
  }
});

Deno.test("unknown algorithms and encodings are refused with the choices", () => {
  const unknown = "sha9" as HashAlgorithm;
  assert.throws(() => createHash(unknown), {
    message: "algorithm of createHash must be one of md4, md5, sha1, sha256, sha384, sha512, " +
      `sha512_224, sha512_256, ripemd160: "sha9"`,
  });
  assert.throws(() => createHMAC(unknown, ""), { code: "option_invalid" });
  assert.throws(() => createHash("__proto__" as HashAlgorithm), { code: "option_invalid" });
  const loose = md5 as unknown as (...args: unknown[]) => unknown;
  assert.throws(() => loose("a"), {
    message:
      "output encoding must be one of hex, base64, base64url, base64rawurl, binary: none given",
  });
  assert.throws(() => loose("a", "oct"), { code: "option_invalid" });
  assert.throws(() => loose(5, "hex"), { message: "md5 needs text or bytes: 5" });
});
