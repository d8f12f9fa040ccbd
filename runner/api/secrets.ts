/**
 * Secrets of the run (k6's `k6/secrets`): from the sources named by `--secret-source`, and `***` in
 * all that the run logs.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import secrets from "@downpour/downpour/secrets";
 *
 * // Outside a run there are none:
 * await assert.rejects(secrets.get("token"), { code: "secret_unknown" });
 * ```
 *
 * @module
 */
import { DownpourError, nearest, OptionError } from "../../internal/mod.ts";
import { scriptScope } from "./script_scope.ts";

/** Where secrets are asked for. */
export interface SecretSource {
  /**
   * The secret of this key.
   *
   * Rejects with `DownpourError` `secret_unknown` when there is none, or no such source.
   */
  get(key: string): Promise<string>;
}

/** The default source, and others by name. */
export interface SecretSources extends SecretSource {
  /**
   * A source by its name.
   *
   * @throws {DownpourError} `secret_unknown` when there is none of it
   */
  source(name: string): SecretSource;
}

/** The default source of the run, and others by name. */
const secrets: SecretSources = Object.freeze({
  get: (key: string) => settled(() => valueOf(defaultSource(), key)),
  source(name: string): SecretSource {
    const { sources } = scriptScope().secrets;
    if (!Object.hasOwn(sources, name)) throw noSource(name);
    return Object.freeze({ get: (key: string) => settled(() => valueOf(name, key)) });
  },
});

export default secrets;

function defaultSource(): string {
  const { sources, default: name } = scriptScope().secrets;
  if (name !== null) return name;
  const names = Object.keys(sources);
  throw unknown(
    names.length === 0
      ? "no secret source is configured: name one by --secret-source=file=PATH"
      : `no secret source is the default, there are ${names.join(", ")}: add default to one`,
  );
}

function valueOf(name: string, key: string): string {
  if (typeof key !== "string") {
    throw new OptionError("secrets.get", `secrets.get needs a secret's key: ${typeof key}`);
  }
  const source = scriptScope().secrets.sources[name] ?? {};
  if (Object.hasOwn(source, key)) return source[key]!;
  const near = nearest(key, Object.keys(source));
  const hint = near === null ? "" : ` (did you mean ${near}?)`;
  throw unknown(`source ${name} has no secret ${JSON.stringify(key)}${hint}`);
}

function noSource(name: string): DownpourError {
  const names = Object.keys(scriptScope().secrets.sources);
  const there = names.length === 0 ? "there are none" : `there are ${names.join(", ")}`;
  return unknown(`no secret source is named ${JSON.stringify(name)}: ${there}`);
}

function unknown(why: string): DownpourError {
  return new DownpourError("secret_unknown", `Can't get a secret: ${why}`);
}

/** What `read` gives or throws, as a promise: sources may once be asked over the network. */
function settled<T>(read: () => T): Promise<T> {
  return new Promise((resolve) => resolve(read()));
}
