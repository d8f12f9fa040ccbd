/**
 * JWT operator mode for tests: an operator, a system account, an account with JetStream, and users'
 * credentials files.
 *
 * @module
 */
import type { NatsOperator, NatsPermissions } from "./config.ts";
import {
  accountClaims,
  credentialsText,
  newKeys,
  operatorClaims,
  signToken,
  userClaims,
} from "./jwt.ts";

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
  /** Whether the token alone lets it in, without its seed. Default: false */
  readonly bearer?: boolean;
}

/** Makes an operator and its accounts, with new keys. */
export function makeOperator(): TestOperator {
  const operator = newKeys("operator");
  const [system, account] = [newKeys("account"), newKeys("account")];
  return {
    operator: {
      jwt: signToken(operator, operator, "operator", operatorClaims(system.getPublicKey())),
      systemAccount: system.getPublicKey(),
      accounts: {
        [system.getPublicKey()]: signToken(operator, system, "SYS", accountClaims(false)),
        [account.getPublicKey()]: signToken(operator, account, "account", accountClaims(true)),
      },
    },
    credentials({ name = "user", permissions = {}, expiresInSeconds, bearer = false } = {}) {
      const user = newKeys("user");
      const claims = { ...userClaims({ permissions }), bearer_token: bearer };
      return credentialsText(signToken(account, user, name, claims, expiresInSeconds), user);
    },
  };
}
