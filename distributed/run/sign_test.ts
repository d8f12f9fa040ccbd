import assert from "node:assert/strict";
import { checkSignature } from "../member/signature.ts";
import { readSigner } from "./sign.ts";

const BYTES = new TextEncoder().encode("a bundle");

async function pemOf(algorithm: string): Promise<string> {
  const pair = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const { privateKey } = pair as CryptoKeyPair;
  const bytes = new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey));
  const lines = bytes.toBase64().match(/.{1,64}/g)!.join("\n");
  return `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`;
}

Deno.test("what is signed with a key is taken by whoever trusts it, and by nobody else", async () => {
  const { signer, sign } = await readSigner(await pemOf("Ed25519"), "key.pem");
  const signature = await sign(BYTES);
  await checkSignature(BYTES, { signature, signer }, [signer]);
  const other = new TextEncoder().encode("another bundle");
  await assert.rejects(checkSignature(other, { signature, signer }, [signer]), {
    code: "bundle_untrusted",
  });
});

Deno.test("what is no Ed25519 key is refused with how to make one", async () => {
  const broken = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----";
  for (const pem of ["", "hello", broken]) {
    await assert.rejects(
      readSigner(pem, "key.pem"),
      /--sign: key\.pem holds no Ed25519 key in PEM: make one by openssl genpkey/,
    );
  }
});
