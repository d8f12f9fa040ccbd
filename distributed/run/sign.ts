import { OptionError } from "../../internal/mod.ts";

/** Signs bundles, so that agents take those alone that come from whoever has the key. */
export interface Signer {
  /** The public key, base64: what agents are told to accept. */
  readonly signer: string;
  /** The Ed25519 signature of bytes, base64. */
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<string>;
}

const OPTION = "--sign";

/**
 * Reads a private key: PKCS #8 in PEM, as `openssl genpkey -algorithm ed25519` writes it.
 *
 * @param file its name, for messages
 * @throws {OptionError} what is no such key
 */
export async function readSigner(pem: string, file: string): Promise<Signer> {
  const body = /-----BEGIN PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END PRIVATE KEY-----/.exec(pem);
  if (body === null) throw badKey(file);
  let key: CryptoKey;
  let publicKey: string;
  try {
    const bytes = Uint8Array.fromBase64(body[1]!.replaceAll(/\s/g, ""));
    key = await crypto.subtle.importKey("pkcs8", bytes, "Ed25519", true, ["sign"]);
    publicKey = await publicKeyOf(key);
  } catch (error) {
    throw badKey(file, error);
  }
  return {
    signer: publicKey,
    sign: async (bytes) =>
      new Uint8Array(await crypto.subtle.sign("Ed25519", key, bytes)).toBase64(),
  };
}

async function publicKeyOf(key: CryptoKey): Promise<string> {
  const { x } = await crypto.subtle.exportKey("jwk", key);
  if (x === undefined) throw new TypeError("the key has no public part");
  return Uint8Array.fromBase64(x, { alphabet: "base64url" }).toBase64();
}

function badKey(file: string, cause?: unknown): OptionError {
  return new OptionError(
    OPTION,
    `${OPTION}: ${file} holds no Ed25519 key in PEM: make one by ` +
      `openssl genpkey -algorithm ed25519 -out ${file}`,
    cause,
  );
}
