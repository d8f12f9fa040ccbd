import type { EnvDefinition } from "./plan.ts";
import { envName, unique } from "./names.ts";

/** Names of headers, parameters and fields whose values are nobody's business. */
const SECRET =
  /(^|[-_.\[])(auth|authorization|api[-_]?key|access[-_]?key|session(id|[-_]id)?|sid|csrf|xsrf|jwt|otp|pin)($|[-_.\]])|token|secret|passw|passphrase|apikey|credential|signature/i;

/** Whether a value of this name belongs into no script. */
export function isSecretName(name: string): boolean {
  return SECRET.test(name);
}

/** Values that become constants at the beginning of a script, each once. */
export class Definitions {
  readonly #byKey = new Map<string, EnvDefinition>();
  readonly #names = new Set<string>(["TARGET"]);
  readonly #keep: boolean;

  /** @param keepSecrets whether secrets are written into the script */
  constructor(keepSecrets: boolean) {
    this.#keep = keepSecrets;
  }

  /** The constant of a secret: the same for the same value, wherever it stands. */
  secret(name: string, value: string): EnvDefinition {
    const key = value === "" ? `secret named ${name}` : `secret ${value}`;
    return this.#define(key, name, this.#keep ? value : "", !this.#keep);
  }

  /** The constant of a value that is no secret, the same for the same key. */
  value(name: string, fallback: string, key: string = name): EnvDefinition {
    return this.#define(`value ${key}`, name, fallback, false);
  }

  /** The constant of a value that must be given. */
  missing(name: string): EnvDefinition {
    return this.#define(`value ${name}`, name, "", true);
  }

  #define(key: string, name: string, fallback: string, needed: boolean): EnvDefinition {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const env = unique(envName(name), this.#names);
    const definition: EnvDefinition = { kind: "env", env, fallback, needed };
    this.#byKey.set(key, definition);
    return definition;
  }
}
