/**
 * Script options: k6's names and rules, checked and completed.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseOptions } from "@downpour/downpour/runner";
 *
 * const options = parseOptions({ vus: 5, duration: "30s" }, { duration: "10s" });
 * assert.equal(options.scenarios[0]?.executor, "constant-vus");
 * assert.throws(() => parseOptions({ vu: 5 }, {}), /did you mean vus/);
 * ```
 *
 * @module
 */
export { optionNames } from "./names.ts";
export { MAX_VUS } from "./_values.ts";
export { MAX_RATE } from "./scenarios.ts";
export type {
  ClientDns,
  ClientRunOptions,
  ClientTlsAuth,
  ClientTlsVersion,
} from "./client_types.ts";
export { type MergedOptions, mergeOptions, type OptionTier } from "./merge.ts";
export type { Plain, PlainObject } from "./_snapshot.ts";
export { parseOptions, readOptions } from "./parse.ts";
export { type OptionInfo, type OptionKind, optionTable, SUMMARY_MODES } from "./table.ts";
export type {
  RunOptions,
  Scenario,
  ScenarioCommon,
  Stage,
  ThresholdRule,
  WhenBusy,
} from "./types.ts";
