import { nearest, OptionError } from "../../internal/mod.ts";
import { Auth } from "./auth.ts";
import { basic } from "./basic.ts";
import { bearer } from "./bearer.ts";
import { checkCredential } from "./text.ts";

/** Who a request comes from. The secrets in it are never shown in errors. */
export type AuthOption =
  | {
    /** User and password as they are (RFC 7617), or as an answer to a challenge (RFC 7616). */
    type: "basic" | "digest";
    /** User name; without a colon for basic. */
    username: string;
    /** Password. */
    password: string;
  }
  | {
    /** A token as it is (RFC 6750). */
    type: "bearer";
    /** Token, without the word `Bearer`. */
    token: string;
  };

const PARTS: Readonly<Record<AuthOption["type"], readonly string[]>> = {
  basic: ["username", "password"],
  digest: ["username", "password"],
  bearer: ["token"],
};

/** Checks the option `auth`, reading each part of it once. @throws {OptionError} */
export function readAuth(option: AuthOption): Auth {
  if (typeof option !== "object" || option === null) {
    throw new OptionError(
      "auth",
      `auth is of type ${option === null ? "null" : typeof option}: ` +
        `give { type: "basic", username, password }`,
    );
  }
  const { type, ...given }: Record<string, unknown> & { type: unknown } = { ...option };
  if (type !== "basic" && type !== "digest" && type !== "bearer") {
    throw new OptionError("auth.type", unknownType(type));
  }
  const parts = PARTS[type];
  for (const name of Object.keys(given)) {
    if (parts.includes(name)) continue;
    const near = nearest(name, parts);
    const hint = near === null
      ? `: ${type} takes ${parts.join(" and ")}`
      : ` (did you mean ${near}?)`;
    throw new OptionError(`auth.${name}`, `unknown auth option ${name}${hint}`);
  }
  for (const name of parts) {
    if (given[name] === undefined) {
      throw new OptionError(`auth.${name}`, `auth of type ${type} has no ${name}`);
    }
    checkCredential(`auth.${name}`, given[name]);
  }
  const { username, password, token } = given as Record<string, string>;
  switch (type) {
    case "basic":
      return new Auth("basic", basic(username!, password!), null);
    case "bearer":
      return new Auth("bearer", bearer(token!), null);
    case "digest":
      return new Auth("digest", null, { username: username!, password: password! });
  }
}

function unknownType(type: unknown): string {
  const names = Object.keys(PARTS);
  const near = typeof type === "string" ? nearest(type, names) : null;
  const what = typeof type === "string"
    ? JSON.stringify(type.slice(0, 20))
    : type === undefined
    ? "missing"
    : `of type ${typeof type}`;
  return `auth.type is ${what}: choose ${near ?? "basic, digest or bearer"}`;
}
