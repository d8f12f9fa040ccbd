import { nearest } from "../internal/mod.ts";
import { type OptionInfo, optionTable, type OptionTier } from "../runner/options/mod.ts";
import type { Host, HostEnv } from "./host.ts";
import { optionFromText } from "./option_text.ts";

/** Variables of ours that are no option. */
const OTHERS = [
  "DOWNPOUR_ADDRESS",
  "DOWNPOUR_COLLECTOR_TOKEN",
  "DOWNPOUR_CONFIG",
  "DOWNPOUR_KEEP_RUNS",
  "DOWNPOUR_NO_SUMMARY",
  "DOWNPOUR_OUT",
  "DOWNPOUR_RUNS",
  "DOWNPOUR_SUMMARY_EXPORT",
  "DOWNPOUR_TOKEN",
];

/** The name of an option in the environment, without its prefix: `NO_VU_CONNECTION_REUSE`. */
export function variableOf(option: string): string {
  return option
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z]{2})/g, "$1_$2")
    .toUpperCase();
}

/**
 * The options that the environment sets: `DOWNPOUR_RPS` before `K6_RPS`. An empty variable counts
 * as not set.
 *
 * @throws {OptionError} for a text that is not what its option takes
 */
export function environmentTier(host: Host): OptionTier {
  const options: Record<string, unknown> = {};
  const fromEach: Record<string, string> = {};
  for (const { name, kind } of optionTable.filter(isSettable)) {
    const variable = variableOf(name);
    for (const full of [`DOWNPOUR_${variable}`, `K6_${variable}`] satisfies HostEnv[]) {
      const text = host.env(full);
      if (text === undefined || text === "") continue;
      options[name] = optionFromText(kind, full, text);
      fromEach[name] = `env ${full}`;
      break;
    }
  }
  return { from: "env", options, fromEach };
}

/** What to say of variables that begin with `DOWNPOUR_` and mean nothing, where they may be listed. */
export function unknownVariables(host: Host): string[] {
  const known = [
    ...OTHERS,
    ...optionTable.filter(isSettable).map(({ name }) => `DOWNPOUR_${variableOf(name)}`),
  ];
  return host.envNames()
    .filter((name) => name.startsWith("DOWNPOUR_") && !known.includes(name))
    .map((name) => {
      const near = nearest(name, known);
      return `${name} in the environment is no option` +
        (near === null ? "" : ` (did you mean ${near}?)`);
    });
}

/** Whether a variable sets it: what is not looked at has none. */
function isSettable({ ignored }: OptionInfo): boolean {
  return ignored !== true;
}
