import type { Secrets } from "../runner/mod.ts";

/**
 * The secrets that `--secret-source` names, each in k6's syntax; undefined when there are none.
 *
 * @throws {OptionError} for what is no source
 */
export async function readSecretSources(flags: readonly string[]): Promise<Secrets | undefined> {
  if (flags.length === 0) return undefined;
  const { loadSecrets } = await import("../runner/mod.ts");
  return await loadSecrets(flags, {
    readFile: (path) => Deno.readTextFile(path),
    readEnv: (name) => Deno.env.get(name),
  });
}
