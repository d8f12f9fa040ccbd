/**
 * Where a run's numbers can go while it goes on, by name. What an output is, and how to write one,
 * says `RunOutput` of the runner.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { createOutput, OUTPUT_KINDS } from "@downpour/downpour/outputs";
 *
 * const output = await createOutput("csv=samples.csv");
 * assert.equal(output.name, "csv (samples.csv)");
 * assert.ok("json" in OUTPUT_KINDS);
 * ```
 *
 * @module
 */
export { junitReport } from "./junit_report.ts";
export { createOutput, OUTPUT_KINDS, type OutputEnv, type OutputKind } from "./kinds.ts";
