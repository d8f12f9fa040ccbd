/**
 * Hashes, HMAC and random bytes (k6's `k6/crypto`), by `node:crypto`. What needs no port is better
 * off with WebCrypto, the global `crypto`.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { createHash, hmac, md5 } from "@downpour/downpour/crypto";
 *
 * assert.equal(md5("abc", "hex"), "900150983cd24fb0d6963f7d28e17f72");
 * assert.equal(hmac("sha1", "", "", "base64"), "+9sdGxiqbAgyS31ktx+3Y3BpDh0=");
 * const hash = createHash("md5");
 * hash.update("a");
 * hash.update("bc");
 * assert.equal(hash.digest("hex"), md5("abc", "hex"));
 * ```
 *
 * MD4, MD5, SHA-1 and RIPEMD-160 are there because protocols ask for them; they protect nothing.
 *
 * @module
 */
import { OptionError } from "../../internal/mod.ts";
import { type Bytes, bytesOf, oneOf } from "./_bytes.ts";
import {
  HASH_ALGORITHMS,
  type HashAlgorithm,
  type RunningHash,
  startHash,
  startHmac,
} from "./_hash.ts";

export type { Bytes, HashAlgorithm };

/** How a digest is given: `binary` is an `ArrayBuffer`; `base64url` is padded, `base64rawurl` is not. */
export type OutputEncoding = "hex" | "base64" | "base64url" | "base64rawurl" | "binary";

/** A digest as `OutputEncoding` says. */
export type Digest<E extends OutputEncoding> = E extends "binary" ? ArrayBuffer : string;

const OUTPUTS: readonly OutputEncoding[] = [
  "hex",
  "base64",
  "base64url",
  "base64rawurl",
  "binary",
];
const MAX_RANDOM_BYTES = 2 ** 30;
/** What WebCrypto gives at once. */
const RANDOM_CHUNK = 65_536;

/** A hash or HMAC that is fed in pieces, made by `createHash` and `createHMAC`. */
export class Hasher {
  readonly #hash: RunningHash;

  /** Made by `createHash` and `createHMAC`. */
  constructor(hash: RunningHash) {
    this.#hash = hash;
  }

  /**
   * Adds to what is hashed.
   *
   * @param input text is taken as UTF-8
   * @throws {OptionError} for anything but text and bytes
   */
  update(input: Bytes): void {
    this.#hash.update(bytesOf("update", input));
  }

  /**
   * The digest of everything so far; more may follow.
   *
   * @throws {OptionError} for an output encoding that there is not
   */
  digest<E extends OutputEncoding>(outputEncoding: E): Digest<E> {
    return output(this.#hash.digest(), outputEncoding);
  }
}

/**
 * A hash to be fed in pieces.
 *
 * @throws {OptionError} for an algorithm that there is not
 */
export function createHash(algorithm: HashAlgorithm): Hasher {
  return new Hasher(startHash(oneOf("algorithm of createHash", algorithm, HASH_ALGORITHMS)));
}

/**
 * An HMAC (RFC 2104) to be fed in pieces.
 *
 * @param secret text is taken as UTF-8
 * @throws {OptionError} for an algorithm that there is not, and another secret
 */
export function createHMAC(algorithm: HashAlgorithm, secret: Bytes): Hasher {
  oneOf("algorithm of createHMAC", algorithm, HASH_ALGORITHMS);
  return new Hasher(startHmac(algorithm, bytesOf("secret of createHMAC", secret)));
}

/**
 * The HMAC (RFC 2104) of `data`.
 *
 * @param secret text is taken as UTF-8, `data` too
 * @throws {OptionError} for an argument that can't be used
 */
export function hmac<E extends OutputEncoding>(
  algorithm: HashAlgorithm,
  secret: Bytes,
  data: Bytes,
  outputEncoding: E,
): Digest<E> {
  const hasher = createHMAC(algorithm, secret);
  hasher.update(data);
  return hasher.digest(outputEncoding);
}

/** Hashes all of `input` at once; throws `OptionError` for arguments that can't be used. */
export type HashFunction = <E extends OutputEncoding>(
  input: Bytes,
  outputEncoding: E,
) => Digest<E>;

function hashing(algorithm: HashAlgorithm): HashFunction {
  return (input, outputEncoding) => {
    const hash = startHash(algorithm);
    hash.update(bytesOf(algorithm, input));
    return output(hash.digest(), outputEncoding);
  };
}

/** MD4 (RFC 1320). */
export const md4: HashFunction = hashing("md4");
/** MD5 (RFC 1321). */
export const md5: HashFunction = hashing("md5");
/** SHA-1 (FIPS 180-4). */
export const sha1: HashFunction = hashing("sha1");
/** SHA-256 (FIPS 180-4). */
export const sha256: HashFunction = hashing("sha256");
/** SHA-384 (FIPS 180-4). */
export const sha384: HashFunction = hashing("sha384");
/** SHA-512 (FIPS 180-4). */
export const sha512: HashFunction = hashing("sha512");
/** SHA-512/224 (FIPS 180-4). */
export const sha512_224: HashFunction = hashing("sha512_224");
/** SHA-512/256 (FIPS 180-4). */
export const sha512_256: HashFunction = hashing("sha512_256");
/** RIPEMD-160. */
export const ripemd160: HashFunction = hashing("ripemd160");

/**
 * Random bytes of cryptographic quality.
 *
 * @param size 1 to 1 GiB
 * @throws {OptionError} for another size
 */
export function randomBytes(size: number): ArrayBuffer {
  if (!Number.isInteger(size) || size < 1 || size > MAX_RANDOM_BYTES) {
    throw new OptionError(
      "randomBytes",
      `randomBytes needs a whole number from 1 to ${MAX_RANDOM_BYTES}: ${String(size)}`,
    );
  }
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += RANDOM_CHUNK) {
    globalThis.crypto.getRandomValues(bytes.subarray(at, at + RANDOM_CHUNK));
  }
  return bytes.buffer;
}

/** Bytes as hexadecimal text, in lower case. */
export function hexEncode(input: Bytes): string {
  return bytesOf("hexEncode", input).toHex();
}

function output<E extends OutputEncoding>(
  bytes: Uint8Array<ArrayBuffer>,
  encoding: E,
): Digest<E> {
  return encoded(bytes, oneOf("output encoding", encoding, OUTPUTS)) as Digest<E>;
}

function encoded(bytes: Uint8Array<ArrayBuffer>, encoding: OutputEncoding): string | ArrayBuffer {
  switch (encoding) {
    case "hex":
      return bytes.toHex();
    case "base64":
      return bytes.toBase64();
    case "base64url":
      return bytes.toBase64({ alphabet: "base64url" });
    case "base64rawurl":
      return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
    case "binary":
      return bytes.buffer;
  }
}

/** Everything, for `import crypto from "k6/crypto"`. */
const crypto: {
  readonly createHash: typeof createHash;
  readonly createHMAC: typeof createHMAC;
  readonly hmac: typeof hmac;
  readonly md4: HashFunction;
  readonly md5: HashFunction;
  readonly sha1: HashFunction;
  readonly sha256: HashFunction;
  readonly sha384: HashFunction;
  readonly sha512: HashFunction;
  readonly sha512_224: HashFunction;
  readonly sha512_256: HashFunction;
  readonly ripemd160: HashFunction;
  readonly randomBytes: typeof randomBytes;
  readonly hexEncode: typeof hexEncode;
} = Object.freeze({
  ...{ createHash, createHMAC, hmac, md4, md5, sha1, sha256, sha384, sha512 },
  ...{ sha512_224, sha512_256, ripemd160, randomBytes, hexEncode },
});

export default crypto;
