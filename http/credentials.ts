import { readAuth } from "./auth/mod.ts";
import type { AuthOptions } from "./options.ts";

/** The credentials that every request has; undefined where there are none. @throws {OptionError} */
export function constantCredentials(auth: AuthOptions | null | undefined): string | undefined {
  if (auth === undefined || auth === null || auth.type === "digest") return undefined;
  return readAuth(auth).constant ?? undefined;
}
