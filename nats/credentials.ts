import type { Authenticator } from "@nats-io/nats-core";
import {
  credsAuthenticator,
  jwtAuthenticator,
  nkeyAuthenticator,
  nkeys,
} from "@nats-io/nats-core/internal";
import { natsError } from "./errors.ts";
import type { ConnectOptions } from "./options.ts";
import { readPem } from "./tls_options.ts";

const encoder = new TextEncoder();

/**
 * How to answer the server's challenge; undefined for user, password and token, which nats-core
 * sends itself. Files are read once.
 *
 * @param folder where relative paths start; null for the current folder
 * @throws {NatsError} 1003 for what can't be a credential, before anything is sent
 */
export async function authenticatorOf(
  options: ConnectOptions,
  folder: string | null,
): Promise<Authenticator | undefined> {
  const { credentials, nkeySeed, jwt } = options;
  if (credentials !== undefined) {
    const text = await credentialsText(credentials, folder);
    const authenticator = credsAuthenticator(encoder.encode(text));
    tryOut(authenticator, "credentials hold no JWT and NKey seed");
    return authenticator;
  }
  if (jwt === undefined && nkeySeed === undefined) return undefined;
  if (nkeySeed !== undefined) checkSeed(nkeySeed);
  const seed = nkeySeed === undefined ? undefined : encoder.encode(nkeySeed.trim());
  if (jwt === undefined) return nkeyAuthenticator(seed);
  return seed === undefined ? jwtAuthenticator(jwt.trim()) : jwtAuthenticator(jwt.trim(), seed);
}

async function credentialsText(
  credentials: string | Uint8Array,
  folder: string | null,
): Promise<string> {
  const text = typeof credentials === "string"
    ? credentials
    : new TextDecoder().decode(credentials);
  const isText = text.includes("-----BEGIN") || text.includes("\n");
  return isText ? text : await readPem("credentials", text, folder);
}

function tryOut(authenticator: Authenticator, message: string): void {
  try {
    authenticator("nonce");
  } catch {
    // The cause may hold a part of the secret.
    throw natsError(1003, undefined, message);
  }
}

function checkSeed(seed: string): void {
  try {
    nkeys.fromSeed(encoder.encode(seed.trim()));
  } catch {
    throw natsError(1003, undefined, "nkeySeed is no seed of an NKey (SU…)");
  }
}
