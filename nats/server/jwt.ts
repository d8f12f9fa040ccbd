/**
 * The tokens of NATS' operator mode, as the nsc tool writes them (JWT v2, `ed25519-nkey`), and
 * credentials files.
 *
 * @module
 */
import { nkeys } from "@nats-io/nats-core";
import { createHash } from "node:crypto";
import type { NatsPermissions } from "./config.ts";

/** A pair of keys of an operator, an account or a user. */
export type NatsKeys = nkeys.KeyPair;

const UNLIMITED = { subs: -1, data: -1, payload: -1 };

/** New keys. */
export function newKeys(of: "operator" | "account" | "user"): NatsKeys {
  if (of === "operator") return nkeys.createOperator();
  return of === "account" ? nkeys.createAccount() : nkeys.createUser();
}

/** The keys of a seed (`SO…`, `SA…`, `SU…`). @throws when it is none */
export function keysOf(seed: string): NatsKeys {
  return nkeys.fromSeed(new TextEncoder().encode(seed.trim()));
}

/** The seed of keys, to be kept. */
export function seedOf(keys: NatsKeys): string {
  return new TextDecoder().decode(keys.getSeed());
}

/** What a token says of an operator. */
export function operatorClaims(systemAccount: string): object {
  return { type: "operator", version: 2, system_account: systemAccount };
}

/** What a token says of an account, with JetStream or without. */
export function accountClaims(jetStream: boolean): object {
  return {
    type: "account",
    version: 2,
    limits: {
      ...{ ...UNLIMITED, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 },
      ...(jetStream ? { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 } : {}),
    },
  };
}

/** What a user may do, beside its permissions. */
export interface UserClaims {
  /** Default: everything. */
  readonly permissions?: NatsPermissions;
  /** Whether it may answer what it is asked, once each, wherever the answer goes. Default: by `publish` */
  readonly mayAnswer?: boolean;
}

/** What a token says of a user. */
export function userClaims({ permissions = {}, mayAnswer = false }: UserClaims): object {
  return {
    ...{ type: "user", version: 2, ...UNLIMITED },
    ...(permissions.publish === undefined ? {} : { pub: subjects(permissions.publish) }),
    ...(permissions.subscribe === undefined ? {} : { sub: subjects(permissions.subscribe) }),
    ...(mayAnswer ? { resp: { max: 1, ttl: ANSWER_NS } } : {}),
  };
}

/** How long an answer is awaited, nanoseconds. */
const ANSWER_NS = 60e9;

function subjects(given: NonNullable<NatsPermissions["publish"]>): object {
  return Array.isArray(given) ? { allow: given } : given;
}

/** A credentials file: a user's token and seed. */
export function credentialsText(jwt: string, keys: NatsKeys): string {
  const block = (what: string, text: string): string =>
    `-----BEGIN ${what}-----\n${text}\n------END ${what}------\n`;
  return `${block("NATS USER JWT", jwt)}\n${block("USER NKEY SEED", seedOf(keys))}`;
}

/**
 * A token: `by` says of `about` what `claims` holds.
 *
 * @param expiresInSeconds below 0 it has expired. Default: never
 */
export function signToken(
  by: NatsKeys,
  about: NatsKeys,
  name: string,
  claims: object,
  expiresInSeconds?: number,
): string {
  const now = Math.floor(Date.now() / 1000);
  const all = {
    ...{ iat: now, iss: by.getPublicKey(), name, sub: about.getPublicKey(), nats: claims },
    ...(expiresInSeconds === undefined ? {} : { exp: now + expiresInSeconds }),
  };
  const jti = base32(createHash("sha512-256").update(JSON.stringify(all)).digest());
  const parts = [{ typ: "JWT", alg: "ed25519-nkey" }, { ...all, jti }].map((part) =>
    base64Url(new TextEncoder().encode(JSON.stringify(part)))
  ).join(".");
  return `${parts}.${base64Url(by.sign(new TextEncoder().encode(parts)))}`;
}

function base64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{1,5}/g) ?? []).map((five) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[parseInt(five.padEnd(5, "0"), 2)]
  ).join("");
}
