import { OptionError } from "../../internal/mod.ts";
import { checkOptionName } from "./names.ts";
import { deriveScenarios, EXECUTION_OPTIONS } from "./shortcuts.ts";
import { type Plain, type PlainObject, snapshot } from "./_snapshot.ts";
import { parseThresholds } from "./thresholds.ts";
import type { RunOptions } from "./types.ts";
import {
  badValue,
  duration,
  flag,
  isSet,
  list,
  object,
  oneOf,
  text,
  textRecord,
  wholeNumber,
} from "./_values.ts";

const TIMEOUT_MS = 60_000;
const SUMMARY_TIMEOUT_MS = 120_000;
const TREND_STATS = ["avg", "min", "med", "max", "p(90)", "p(95)"];
const PERCENTILE = /^p\((\d{1,3}(?:\.\d{1,10})?)\)$/;

/**
 * Puts the options of a run together: defaults, below the script's `options`, below `overrides`
 * (k6's names and rules). An override of `duration`, `iterations`, `stages` or `scenarios` drops
 * all four of the script's; every other override replaces the option of its name. Undefined and
 * null count as not set. Durations are text like `"1m30s"` or milliseconds.
 *
 * Values are copied before they are checked; the result shares nothing with the arguments.
 *
 * @throws {OptionError} for the first option that is unknown, not supported yet, out of range or
 * in conflict with another; `option` is its path
 */
export function parseOptions(
  scriptOptions: unknown,
  overrides: Readonly<Record<string, unknown>> = {},
): RunOptions {
  const options = merge(named(scriptOptions), named(overrides));
  const scenarios = deriveScenarios(options);
  return {
    scenarios,
    thresholds: parseThresholds(options["thresholds"]),
    tags: textRecord(options["tags"], "tags"),
    setupTimeoutMs: timeout(options, "setupTimeout", TIMEOUT_MS),
    teardownTimeoutMs: timeout(options, "teardownTimeout", TIMEOUT_MS),
    handleSummaryTimeoutMs: timeout(options, "handleSummaryTimeout", SUMMARY_TIMEOUT_MS),
    minIterationDurationMs: timeout(options, "minIterationDuration", 0),
    noSetup: flagOf(options, "noSetup"),
    noTeardown: flagOf(options, "noTeardown"),
    noThresholds: flagOf(options, "noThresholds"),
    summaryTrendStats: trendStats(options["summaryTrendStats"]),
    summaryTimeUnit: isSet(options["summaryTimeUnit"])
      ? oneOf(options["summaryTimeUnit"], "summaryTimeUnit", ["s", "ms", "us"])
      : null,
    client: client(options),
  };
}

function named(value: unknown): PlainObject {
  const copy = snapshot(value, "options");
  if (!isSet(copy)) return {};
  const options = object(copy, "options");
  for (const name of Object.keys(options)) checkOptionName(name, isSet(options[name]));
  return options;
}

function merge(script: PlainObject, overrides: PlainObject): PlainObject {
  const merged: Record<string, Plain> = Object.assign(Object.create(null), script);
  if (EXECUTION_OPTIONS.some((name) => isSet(overrides[name]))) {
    for (const name of EXECUTION_OPTIONS) delete merged[name];
    if (isSet(overrides["scenarios"])) delete merged["vus"];
  } else if (isSet(overrides["vus"]) && isSet(script["scenarios"])) {
    throw new OptionError(
      "vus",
      "vus alone can't change the script's scenarios: give a duration, iterations or stages too",
    );
  }
  for (const [name, value] of Object.entries(overrides)) if (isSet(value)) merged[name] = value;
  return merged;
}

function timeout(options: PlainObject, name: string, fallbackMs: number): number {
  return isSet(options[name]) ? duration(options[name], name) : fallbackMs;
}

function flagOf(options: PlainObject, name: string): boolean {
  return isSet(options[name]) ? flag(options[name], name) : false;
}

function trendStats(value: Plain): string[] {
  if (!isSet(value)) return [...TREND_STATS];
  return list(value, "summaryTrendStats").map((stat, i) => {
    if (typeof stat === "string") {
      if (["avg", "min", "med", "max", "count"].includes(stat)) return stat;
      const percentile = PERCENTILE.exec(stat)?.[1];
      if (percentile !== undefined && Number(percentile) <= 100) return stat;
    }
    throw badValue(`summaryTrendStats[${i}]`, "one of avg, min, med, max, count, p(N)", stat);
  });
}

function client(options: PlainObject): Readonly<Record<string, unknown>> {
  const settings: Record<string, unknown> = {};
  if (isSet(options["userAgent"])) settings["userAgent"] = text(options["userAgent"], "userAgent");
  if (isSet(options["maxRedirects"])) {
    settings["maxRedirects"] = wholeNumber(options["maxRedirects"], "maxRedirects", 0, 100);
  }
  for (const name of ["discardResponseBodies", "noConnectionReuse", "throw"]) {
    if (isSet(options[name])) settings[name] = flag(options[name], name);
  }
  return settings;
}
