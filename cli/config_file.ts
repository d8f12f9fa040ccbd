import { describeError, OptionError } from "../internal/mod.ts";
import type { OptionTier } from "../runner/mod.ts";

const MAX_BYTES = 1 << 20;

/**
 * Reads a config file: JSON with options by k6's names. Names and values are checked with those of
 * the other tiers.
 *
 * @param label what named the file, for messages: `--config`, `DOWNPOUR_CONFIG`
 * @throws {OptionError} when it can't be read, is larger than 1 MiB or is not JSON
 */
export async function readConfig(label: string, path: string): Promise<OptionTier> {
  const text = await read(label, path);
  try {
    return { from: `config ${path}`, options: JSON.parse(text) };
  } catch (error) {
    throw new OptionError(label, `${label}: ${path} is not JSON: ${describeError(error)}`, error);
  }
}

async function read(label: string, path: string): Promise<string> {
  try {
    const { size } = await Deno.stat(path);
    if (size > MAX_BYTES) throw new Error(`it is larger than 1 MiB`);
    return await Deno.readTextFile(path);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "there is no such file"
      : error instanceof Deno.errors.NotCapable
      ? "this process may not read it (see --allow-read of deno)"
      : describeError(error);
    throw new OptionError(label, `${label}: cannot read ${path}: ${reason}`, error);
  }
}
