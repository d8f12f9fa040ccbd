/**
 * What scripts call while they run: checks, groups, waiting, failing, and where they stand.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { check, group, sleep } from "@downpour/downpour";
 *
 * const passed = await group("arithmetic", async () => {
 *   await sleep(0.001);
 *   return check(2 + 2, { "is four": (sum) => sum === 4 });
 * });
 * assert.equal(passed, true);
 * ```
 *
 * @module
 */
export { type AsyncChecks, check, type CheckOutcome, type Checks } from "./check.ts";
export { InterruptedError, ScriptFailure } from "./errors.ts";
export {
  default as execution,
  instance,
  type InstanceView,
  scenario,
  type ScenarioView,
  test,
  type TestView,
  vu,
  type VuView,
} from "./execution.ts";
export { env } from "./env.ts";
export { fail } from "./fail.ts";
export { group } from "./group.ts";
export { ScriptScope, type SharedImage, type SharedInfo } from "./script_scope.ts";
export { randomSeed } from "./random_seed.ts";
export { attachInterrupt, interruptSignal, sleep } from "./sleep.ts";
export { attachVu, currentVu, type InstanceTotals, NO_TOTALS, type VuState } from "./vu_state.ts";
