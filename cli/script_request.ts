import {
  mergeOptions,
  type OptionInfo,
  optionTable,
  type OptionTier,
} from "../runner/options/mod.ts";
import { readConfig } from "./config_file.ts";
import { environmentTier } from "./environment.ts";
import type { Host } from "./host.ts";
import { optionFromText } from "./option_text.ts";
import type { ScriptFlags } from "./options.ts";
import { permissions } from "./permissions.ts";
import { loadNumbers, type RequestPart, tagOverride } from "./request.ts";
import { flagOf } from "./run_flags.ts";
import { readSecretSources } from "./secret_sources.ts";
import type { ScriptSource } from "./script_source.ts";
import { keyValues } from "./values.ts";

/**
 * The run that `downpour run` asks for, with the options of flags, environment and config file, and
 * with what came along with the script.
 *
 * @throws {OptionError}
 */
export async function scriptRequest(
  script: ScriptSource,
  flags: ScriptFlags,
  host: Host,
): Promise<RequestPart> {
  const { path, folder, title } = script;
  const overrides = flagOptions(flags);
  const named = flags.config === undefined ? "DOWNPOUR_CONFIG" : "--config";
  const config = flags.config ?? (host.env("DOWNPOUR_CONFIG") || undefined);
  const secrets = await readSecretSources(flags.secretSource);
  return {
    source: { kind: "script", path, ...(title === undefined ? {} : { title }) },
    ...(secrets === undefined ? {} : { secrets }),
    ...(config === undefined ? {} : { config: await readConfig(named, config) }),
    environment: environmentOf(script, host),
    overrides,
    overridesFrom: Object.fromEntries(
      Object.keys(overrides).map((option) => [option, `flag ${flagOf(option)}`]),
    ),
    env: { ...script.env, ...keyValues("--env", flags.env) },
    ...permissions(folder, flags),
  };
}

/** The options of the environment, above those that came with the script. */
function environmentOf({ options }: ScriptSource, host: Host): OptionTier {
  const environment = environmentTier(host);
  if (options === undefined) return environment;
  const { values, origins } = mergeOptions([options, environment]);
  return { from: options.from, options: values, fromEach: origins };
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
