import { type OptionInfo, optionTable } from "../runner/options/mod.ts";
import { readConfig } from "./config_file.ts";
import { environmentTier } from "./environment.ts";
import type { Host } from "./host.ts";
import { optionFromText } from "./option_text.ts";
import type { ScriptFlags } from "./options.ts";
import { loadNumbers, type RequestPart, tagOverride } from "./request.ts";
import { flagOf } from "./run_flags.ts";
import { readSecretSources } from "./secret_sources.ts";
import { commaList, keyValues } from "./values.ts";

/**
 * The run that `downpour run` asks for, with the options of flags, environment and config file;
 * `folder` is what the script may read unless told.
 *
 * @throws {OptionError}
 */
export async function scriptRequest(
  script: string,
  folder: string,
  flags: ScriptFlags,
  host: Host,
): Promise<RequestPart> {
  const { allowNet, allowRead, allowWrite, allowUnix } = flags;
  const overrides = flagOptions(flags);
  const named = flags.config === undefined ? "DOWNPOUR_CONFIG" : "--config";
  const config = flags.config ?? (host.env("DOWNPOUR_CONFIG") || undefined);
  const secrets = await readSecretSources(flags.secretSource);
  return {
    source: { kind: "script", path: script },
    ...(secrets === undefined ? {} : { secrets }),
    ...(config === undefined ? {} : { config: await readConfig(named, config) }),
    environment: environmentTier(host),
    overrides,
    overridesFrom: Object.fromEntries(
      Object.keys(overrides).map((option) => [option, `flag ${flagOf(option)}`]),
    ),
    env: keyValues("--env", flags.env),
    allowNet: allowNet === undefined ? true : commaList("--allow-net", allowNet),
    allowRead: allowRead === undefined ? [folder] : commaList("--allow-read", allowRead),
    ...(allowWrite === undefined ? {} : { allowWrite: commaList("--allow-write", allowWrite) }),
    ...(allowUnix === undefined ? {} : { allowUnix: commaList("--allow-unix", allowUnix) }),
  };
}

/** The script options that flags set. */
function flagOptions(flags: ScriptFlags): Record<string, unknown> {
  const options: Record<string, unknown> = { ...loadNumbers(flags), ...tagOverride(flags) };
  if (!flags.setup) options["noSetup"] = true;
  if (!flags.teardown) options["noTeardown"] = true;
  if (!flags.thresholds) options["noThresholds"] = true;
  for (const [option, value] of Object.entries(flags.given)) {
    options[option] = value === true
      ? true
      : optionFromText(infoOf(option).kind, flagOf(option) ?? option, value);
  }
  return options;
}

function infoOf(option: string): OptionInfo {
  return optionTable.find(({ name }) => name === option)!;
}
