import { checkNames, OptionError } from "../internal/mod.ts";
import type { RunOutput } from "../runner/mod.ts";

/** One threshold: a rule such as `p(95)<200`, or a rule that may end the load. */
export type LoadThreshold =
  | string
  | {
    /** The rule. */
    readonly threshold: string;
    /** Ends the load when it fails. Default: false. */
    readonly abortOnFail?: boolean;
    /** How long the load goes on before this rule may end it, as in `10s` or milliseconds. */
    readonly delayAbortEval?: string | number;
  };

/**
 * How much load there is and what it must hold: k6's options by their names. Without any of
 * `iterations`, `duration`, `stages` and `scenarios` the function runs once.
 */
export interface LoadOptions {
  /** Virtual users at once. Default: 1. */
  readonly vus?: number;
  /** Iterations in all, shared by the virtual users. */
  readonly iterations?: number;
  /** How long, as in `2s`, or milliseconds. */
  readonly duration?: string | number;
  /** Ramps to `target` virtual users over a time, one after the other. */
  readonly stages?: readonly { readonly duration: string | number; readonly target: number }[];
  /** Scenarios by name, each with its `executor` and that one's options. */
  readonly scenarios?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Rules by metric, or by `metric{tag:value}`: the assertions of the test. */
  readonly thresholds?: Readonly<Record<string, LoadThreshold | readonly LoadThreshold[]>>;
  /** Added to everything that is measured. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Every other option of a script by k6's name, such as `minIterationDuration` or `userAgent`. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** Settings of a load beside its options. */
export interface LoadSettings extends LoadOptions {
  /** What `__ENV` and `env` give. Default: nothing. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where the numbers go while the load goes on, as `createOutput` makes them. Default: none. */
  readonly outputs?: readonly RunOutput[];
  /** For a script: number of processes that make the load. Default: none but this one. */
  readonly shards?: number;
  /** Stops the load, which then fails: no iteration starts any more. Default: none. */
  readonly signal?: AbortSignal;
}

const OPTIONS = ["vus", "iterations", "duration", "stages", "scenarios", "thresholds", "tags"];
const SETTINGS = [...OPTIONS, "options", "env", "outputs", "shards", "signal"];

/**
 * The script options that settings hold.
 *
 * @param more names of settings beside those of `load`
 * @throws {OptionError} for a setting that doesn't exist
 */
export function optionsOf(
  what: string,
  settings: LoadSettings,
  more: readonly string[] = [],
): Record<string, unknown> {
  if (typeof settings !== "object" || settings === null) {
    throw new OptionError(what, `${what} needs an object of settings: ${String(settings)}`);
  }
  checkNames(what, settings, [...SETTINGS, ...more]);
  const own = Object.entries(settings).filter(([name]) => OPTIONS.includes(name));
  return { ...settings.options, ...Object.fromEntries(own) };
}
