import { OptionError } from "../../internal/mod.ts";
import { checkOptionName } from "./names.ts";
import { EXECUTION_OPTIONS } from "./shortcuts.ts";
import { type Plain, type PlainObject, snapshot } from "./_snapshot.ts";
import { isSet, object } from "./_values.ts";

/** Options from one place. */
export interface OptionTier {
  /** The place, as `downpour inspect` and messages name it: `script`, `config load.json`. */
  readonly from: string;
  /** Where single options come from, by name, if that says more: `{ vus: "flag --vus" }`. */
  readonly fromEach?: Readonly<Record<string, string>>;
  /** The options by k6's names; undefined and null count as not set. */
  readonly options: unknown;
}

/** Options of all places put together, not checked yet but for their names. */
export interface MergedOptions {
  /** What was set, by k6's names. */
  readonly values: PlainObject;
  /** Where each of them comes from. */
  readonly origins: Readonly<Record<string, string>>;
}

/** Places that a message about a value need not name. */
const PLAIN_ORIGINS = ["script", "overrides"];

/**
 * Puts options together, from the lowest tier to the highest (k6's rules): a tier that sets
 * `duration`, `iterations`, `stages` or `scenarios` drops all four of the tiers below, and with
 * `scenarios` their `vus` too; every other option replaces the one of its name.
 *
 * Values are copied: the result shares nothing with the tiers.
 *
 * @throws {OptionError} for an unknown name, what JSON can't hold, and `vus` above a lower tier's
 * `scenarios`, which they can't change
 */
export function mergeOptions(tiers: readonly OptionTier[]): MergedOptions {
  const values: Record<string, Plain> = Object.create(null);
  const origins: Record<string, string> = Object.create(null);
  const heights: Record<string, number> = Object.create(null);
  const drop = (name: string) => {
    delete values[name];
    delete origins[name];
  };
  for (const [height, tier] of tiers.entries()) {
    const options = readTier(tier);
    if (EXECUTION_OPTIONS.some((name) => isSet(options[name]))) {
      EXECUTION_OPTIONS.forEach(drop);
      if (isSet(options["scenarios"])) drop("vus");
    }
    for (const [name, value] of Object.entries(options)) {
      if (!isSet(value)) continue;
      values[name] = value;
      origins[name] = originOf(tier, name);
      heights[name] = height;
    }
  }
  if (
    isSet(values["scenarios"]) && heights["vus"]! > heights["scenarios"]! && isSet(values["vus"])
  ) {
    const { vus, scenarios } = origins;
    const whose = scenarios === "script" ? "the script's scenarios" : `scenarios of ${scenarios}`;
    throw withOrigin(
      new OptionError(
        "vus",
        `vus alone can't change ${whose}: give a duration, iterations or stages too`,
      ),
      vus,
    );
  }
  return { values, origins };
}

/** An error about an option, and where its value comes from, unless it is the script. */
export function withOrigin(error: OptionError, origin: string | undefined): OptionError {
  if (origin === undefined || PLAIN_ORIGINS.includes(origin)) return error;
  return new OptionError(error.option, `${error.message} (from ${origin})`, error.cause);
}

/** The name of the option in a path: `tags` of `tags.a`. */
export function optionOf(path: string): string {
  return path.split(/[.[]/, 1)[0]!;
}

function originOf({ from, fromEach }: OptionTier, name: string): string {
  return fromEach !== undefined && Object.hasOwn(fromEach, name) ? fromEach[name]! : from;
}

function readTier(tier: OptionTier): PlainObject {
  try {
    const copy = snapshot(tier.options, "options");
    if (!isSet(copy)) return {};
    const options = object(copy, "options");
    for (const name of Object.keys(options)) checkOptionName(name);
    return options;
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw withOrigin(error, originOf(tier, optionOf(error.option)));
  }
}
