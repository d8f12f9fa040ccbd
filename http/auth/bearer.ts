import { OptionError } from "../../internal/mod.ts";
import { isToken68 } from "./challenge.ts";
import { checkCredential } from "./text.ts";

/** The `Authorization` field of a token (RFC 6750 §2.1). @throws {OptionError} for what is no token */
export function bearer(token: string): string {
  checkCredential("token", token);
  if (!isToken68(token)) {
    throw new OptionError(
      "token",
      `token has a character that a bearer token can't have: give it alone, without "Bearer"`,
    );
  }
  return `Bearer ${token}`;
}
