import { OptionError } from "../../internal/mod.ts";
import { PoolError } from "../errors.ts";

/** Bytes of an Ed25519 public key (RFC 8032), and what precedes them in a SubjectPublicKeyInfo. */
const KEY_BYTES = 32;
const SPKI_PREFIX = "302a300506032b6570032100";

/** Who signed a bundle, and how; both base64, null for nobody. */
export interface BundleSignature {
  readonly signature: string | null;
  readonly signer: string | null;
}

/**
 * Refuses a bundle without the signature of one of the signers; takes all when there are none.
 *
 * @param signers public keys, base64 of their 32 bytes
 * @throws {PoolError} `bundle_untrusted`
 */
export async function checkSignature(
  bundle: Uint8Array<ArrayBuffer>,
  { signature, signer }: BundleSignature,
  signers: readonly string[],
): Promise<void> {
  checkSigner(signer, signers);
  if (signers.length === 0) return;
  if (!(await isSigned(bundle, signature ?? "", signer!))) {
    throw untrusted(`the script's signature is not that of ${signer}`);
  }
}

/** Refuses a signer that is none of those; takes all when there are none. */
export function checkSigner(signer: string | null, signers: readonly string[]): void {
  if (signers.length === 0 || signer !== null && signers.includes(signer)) return;
  throw untrusted(
    signer === null
      ? "the script is not signed, and this agent takes only signed ones (run it with --sign)"
      : `the script is signed by ${signer}, whom this agent does not trust (see its --signer)`,
  );
}

/**
 * A public key as in `PartJob.signer`: from base64 of its 32 bytes, or from PEM (`openssl pkey
 * -pubout`).
 *
 * @throws {OptionError} for what is neither
 */
export function publicKey(text: string): string {
  const base64 = text.replaceAll(/-----(BEGIN|END) PUBLIC KEY-----|\s/g, "");
  const bytes = fromBase64(base64);
  if (bytes?.length === KEY_BYTES) return bytes.toBase64();
  const prefix = bytes?.subarray(0, SPKI_PREFIX.length / 2).toHex();
  if (prefix === SPKI_PREFIX && bytes!.length === KEY_BYTES + SPKI_PREFIX.length / 2) {
    return bytes!.subarray(-KEY_BYTES).toBase64();
  }
  throw new OptionError(
    "signers",
    `${JSON.stringify(text.slice(0, 80))} is no Ed25519 public key: 32 bytes as base64, or PEM`,
  );
}

async function isSigned(
  bundle: Uint8Array<ArrayBuffer>,
  signature: string,
  signer: string,
): Promise<boolean> {
  const [key, bytes] = [fromBase64(signer), fromBase64(signature)];
  if (key === null || bytes === null) return false;
  try {
    const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", imported, bytes, bundle);
  } catch {
    return false;
  }
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return null;
  }
}

function untrusted(message: string): PoolError {
  return new PoolError("bundle_untrusted", message);
}
