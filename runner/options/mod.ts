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
export { parseOptions } from "./parse.ts";
export type { RunOptions, Scenario, ScenarioCommon, Stage, ThresholdRule } from "./types.ts";
