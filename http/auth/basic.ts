import { OptionError } from "../../internal/mod.ts";
import { checkCredential, utf8 } from "./text.ts";

/** The `Authorization` field of a user and password in UTF-8 (RFC 7617). @throws {OptionError} */
export function basic(username: string, password: string): string {
  checkCredential("username", username);
  checkCredential("password", password);
  if (username.includes(":")) {
    throw new OptionError(
      "username",
      "username has a colon, which basic authentication can't send",
    );
  }
  return `Basic ${btoa(utf8(`${username}:${password}`))}`;
}
