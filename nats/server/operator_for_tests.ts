/**
 * JWT operator mode for tests: an operator, a system account, an account with JetStream, and users'
 * credentials files. The tokens are as the nsc tool writes them (JWT v2, `ed25519-nkey`).
 *
 * @module
 */
import { nkeys } from "@nats-io/nats-core";
import { createHash } from "node:crypto";
import type { NatsOperator, NatsPermissions } from "./config.ts";

/** An operator with one account. */
export interface TestOperator {
  /** For the server's configuration. */
  readonly operator: NatsOperator;
  /** A user's credentials file. */
  credentials(options?: UserOptions): string;
}

/** A user of the account. */
export interface UserOptions {
  /** Name in the token. */
  readonly name?: string;
  /** Default: everything. */
  readonly permissions?: NatsPermissions;
  /** Seconds until the token expires; below 0 it has expired. Default: never */
  readonly expiresInSeconds?: number;
}

const UNLIMITED = { subs: -1, data: -1, payload: -1 };

/** Makes an operator and its accounts, with new keys. */
export function makeOperator(): TestOperator {
  const operatorKey = nkeys.createOperator();
  const [systemKey, accountKey] = [nkeys.createAccount(), nkeys.createAccount()];
  const operator = {
    jwt: sign(operatorKey, operatorKey, "operator", {
      type: "operator",
      version: 2,
      system_account: systemKey.getPublicKey(),
    }),
    systemAccount: systemKey.getPublicKey(),
    accounts: {
      [systemKey.getPublicKey()]: sign(operatorKey, systemKey, "SYS", account(0)),
      [accountKey.getPublicKey()]: sign(operatorKey, accountKey, "account", account(-1)),
    },
  };
  return {
    operator,
    credentials({ name = "user", permissions = {}, expiresInSeconds } = {}) {
      const userKey = nkeys.createUser();
      const claims = {
        ...{ type: "user", version: 2, ...UNLIMITED },
        ...(permissions.publish === undefined ? {} : { pub: subjects(permissions.publish) }),
        ...(permissions.subscribe === undefined ? {} : { sub: subjects(permissions.subscribe) }),
      };
      const jwt = sign(accountKey, userKey, name, claims, expiresInSeconds);
      const seed = new TextDecoder().decode(userKey.getSeed());
      const block = (what: string, text: string): string =>
        `-----BEGIN ${what}-----\n${text}\n------END ${what}------\n`;
      return `${block("NATS USER JWT", jwt)}\n${block("USER NKEY SEED", seed)}`;
    },
  };
}

function account(storage: number): object {
  const jetStream = storage === 0 ? {} : {
    mem_storage: storage,
    disk_storage: storage,
    streams: -1,
    consumer: -1,
  };
  return {
    type: "account",
    version: 2,
    limits: {
      ...{ ...UNLIMITED, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 },
      ...jetStream,
    },
  };
}

function subjects(given: NonNullable<NatsPermissions["publish"]>): object {
  return Array.isArray(given) ? { allow: given } : given;
}

function sign(
  by: nkeys.KeyPair,
  about: nkeys.KeyPair,
  name: string,
  nats: object,
  expiresInSeconds?: number,
): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    ...{ iat: now, iss: by.getPublicKey(), name, sub: about.getPublicKey(), nats },
    ...(expiresInSeconds === undefined ? {} : { exp: now + expiresInSeconds }),
  };
  const jti = base32(createHash("sha512-256").update(JSON.stringify(claims)).digest());
  const parts = [{ typ: "JWT", alg: "ed25519-nkey" }, { ...claims, jti }].map((part) =>
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
