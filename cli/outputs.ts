import { OptionError } from "../internal/mod.ts";
import type { RunOutput } from "../runner/mod.ts";
import type { Host, HostEnv } from "./host.ts";

/**
 * The outputs that `--out` names, or the environment where no flag does; under GitHub Actions
 * `github` too. Their code loads only when there is one.
 *
 * @param github false for `--no-github`
 * @throws {OptionError} for an unknown kind, an argument it can't use, or a place named twice
 */
export async function outputsOf(
  flags: readonly string[],
  host: Host,
  github = true,
): Promise<RunOutput[]> {
  const fromEnv = host.env("DOWNPOUR_OUT") || host.env("K6_OUT");
  const wanted = flags.length > 0 ? [...flags] : fromEnv ? fromEnv.split(",") : [];
  const named = wanted.some((text) => /^github(=|$)/.test(text));
  if (github && !named && host.env("GITHUB_ACTIONS") === "true") wanted.push("github");
  if (wanted.length === 0) return [];
  const { createOutput } = await import("../outputs/mod.ts");
  const env = (name: string) => host.env(name as HostEnv);
  const outputs = await Promise.all(wanted.map((text) => createOutput(text, env)));
  for (const [i, { name }] of outputs.entries()) {
    if (outputs.findIndex((other) => other.name === name) < i) {
      throw new OptionError("--out", `--out names ${name} twice`);
    }
  }
  return outputs;
}
