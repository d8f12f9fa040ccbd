/** Hash functions of RFC 7616 by the names that `node:crypto` has for them. */
export type HashName = "md5" | "sha256" | "sha512-256";

/** Hexadecimal hash of bytes, or of text whose characters are bytes. */
export type Hash = (name: HashName, data: string | Uint8Array) => string;

/** Loads the hash functions: the web's own `crypto` lacks MD5 and SHA-512/256. */
export async function loadHash(): Promise<Hash> {
  const { createHash } = await import("node:crypto");
  return (name, data) => {
    const hash = createHash(name);
    if (typeof data === "string") hash.update(data, "latin1");
    else hash.update(data);
    return hash.digest("hex");
  };
}
