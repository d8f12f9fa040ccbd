/** Most bytes of one call of the Web's `getRandomValues`. */
const QUOTA = 65536;
/** Most bytes that a component may ask for at once. */
const MAX_BYTES = 16 * 1024 * 1024;

/** `wasi:random`. */
export function random() {
  const bytes = (length: bigint): Uint8Array => {
    if (length > MAX_BYTES) throw new Error(`${length} random bytes are too many at once`);
    const all = new Uint8Array(Number(length));
    for (let at = 0; at < all.length; at += QUOTA) {
      crypto.getRandomValues(all.subarray(at, at + QUOTA));
    }
    return all;
  };
  const u64 = () => crypto.getRandomValues(new BigUint64Array(1))[0]!;
  return {
    "wasi:random/random": { getRandomBytes: bytes, getRandomU64: u64 },
    "wasi:random/insecure": { getInsecureRandomBytes: bytes, getInsecureRandomU64: u64 },
    "wasi:random/insecure-seed": { insecureSeed: () => [u64(), u64()] },
  };
}
