import { createHash as nodeHash } from "node:crypto";

/** A hash function by k6's name. */
export type HashAlgorithm =
  | "md4"
  | "md5"
  | "sha1"
  | "sha256"
  | "sha384"
  | "sha512"
  | "sha512_224"
  | "sha512_256"
  | "ripemd160";

/** Those of `node:crypto`, and the block size that HMAC needs, in bytes. */
const ALGORITHMS: Readonly<Record<HashAlgorithm, readonly [name: string, blockSize: number]>> = {
  md4: ["md4", 64],
  md5: ["md5", 64],
  sha1: ["sha1", 64],
  sha256: ["sha256", 64],
  sha384: ["sha384", 128],
  sha512: ["sha512", 128],
  sha512_224: ["sha512-224", 128],
  sha512_256: ["sha512-256", 128],
  ripemd160: ["ripemd160", 64],
};

/** All of them. */
export const HASH_ALGORITHMS: readonly HashAlgorithm[] = Object.freeze(
  Object.keys(ALGORITHMS) as HashAlgorithm[],
);

/** A computation that can be read and go on. */
export interface RunningHash {
  /** Adds bytes. */
  update(bytes: Uint8Array): void;
  /** Of all bytes so far. */
  digest(): Uint8Array<ArrayBuffer>;
}

/** A new hash. */
export function startHash(algorithm: HashAlgorithm): RunningHash {
  const hash = nodeHash(ALGORITHMS[algorithm][0]);
  return {
    update: (bytes) => void hash.update(bytes),
    digest: () => own(hash.copy().digest()),
  };
}

/** RFC 2104 over two hashes: Node's own can't be read twice, and not be made of MD4. */
export function startHmac(algorithm: HashAlgorithm, secret: Uint8Array): RunningHash {
  const [name, blockSize] = ALGORITHMS[algorithm];
  const key = new Uint8Array(blockSize);
  key.set(secret.length > blockSize ? nodeHash(name).update(secret).digest() : secret);
  const inner = nodeHash(name).update(key.map((byte) => byte ^ 0x36));
  const outer = nodeHash(name).update(key.map((byte) => byte ^ 0x5c));
  return {
    update: (bytes) => void inner.update(bytes),
    digest: () => own(outer.copy().update(inner.copy().digest()).digest()),
  };
}

/** Node's buffers may be part of a larger one. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
