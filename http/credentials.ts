import { type AuthOption, readAuth } from "./auth/mod.ts";

/** The credentials that every request has; undefined where there are none. @throws {OptionError} */
export function constantCredentials(auth: AuthOption | null | undefined): string | undefined {
  if (auth === undefined || auth === null || auth.type === "digest") return undefined;
  return readAuth(auth).constant ?? undefined;
}
