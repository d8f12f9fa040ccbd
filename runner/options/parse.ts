import { OptionError } from "../../internal/mod.ts";
import { readClient } from "./client.ts";
import { type MergedOptions, mergeOptions, optionOf, withOrigin } from "./merge.ts";
import { readSegment } from "./segment.ts";
import { deriveScenarios } from "./shortcuts.ts";
import type { Plain, PlainObject } from "./_snapshot.ts";
import { readSystemTags } from "./system_tags.ts";
import { SUMMARY_MODES, TREND_STATS } from "./table.ts";
import { parseThresholds } from "./thresholds.ts";
import type { RunOptions } from "./types.ts";
import { badValue, duration, flag, isSet, list, oneOf, textRecord } from "./_values.ts";

const TIMEOUT_MS = 60_000;
const SUMMARY_TIMEOUT_MS = 120_000;
const PERCENTILE = /^p\((\d{1,3}(?:\.\d{1,10})?)\)$/;

/**
 * The options of a run from a script's `options` and from `overrides` above them: `mergeOptions`,
 * then `readOptions`. Durations are text like `"1m30s"` or milliseconds.
 *
 * @throws {OptionError} for the first option that is unknown, out of range or in conflict with
 * another; `option` is its path
 */
export function parseOptions(
  scriptOptions: unknown,
  overrides: Readonly<Record<string, unknown>> = {},
): RunOptions {
  return readOptions(mergeOptions([
    { from: "script", options: scriptOptions },
    { from: "overrides", options: overrides },
  ]));
}

/**
 * Checks options that were put together, and fills in defaults.
 *
 * @throws {OptionError} names the place that the value comes from, unless that is the script
 */
export function readOptions({ values, origins }: MergedOptions): RunOptions {
  try {
    return read(values);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw withOrigin(error, origins[optionOf(error.option)]);
  }
}

function read(options: PlainObject): RunOptions {
  return {
    scenarios: deriveScenarios(options),
    segment: readSegment(options["executionSegment"], options["executionSegmentSequence"]),
    thresholds: parseThresholds(options["thresholds"]),
    tags: textRecord(options["tags"], "tags"),
    systemTags: readSystemTags(options["systemTags"]),
    setupTimeoutMs: timeout(options, "setupTimeout", TIMEOUT_MS),
    teardownTimeoutMs: timeout(options, "teardownTimeout", TIMEOUT_MS),
    handleSummaryTimeoutMs: timeout(options, "handleSummaryTimeout", SUMMARY_TIMEOUT_MS),
    minIterationDurationMs: timeout(options, "minIterationDuration", 0),
    noSetup: flagOf(options, "noSetup"),
    noTeardown: flagOf(options, "noTeardown"),
    noThresholds: flagOf(options, "noThresholds"),
    paused: flagOf(options, "paused"),
    linger: flagOf(options, "linger"),
    summaryTrendStats: trendStats(options["summaryTrendStats"]),
    summaryTimeUnit: isSet(options["summaryTimeUnit"])
      ? oneOf(options["summaryTimeUnit"], "summaryTimeUnit", ["s", "ms", "us"])
      : null,
    summaryMode: isSet(options["summaryMode"])
      ? oneOf(options["summaryMode"], "summaryMode", SUMMARY_MODES)
      : SUMMARY_MODES[0],
    client: readClient(options),
  };
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
