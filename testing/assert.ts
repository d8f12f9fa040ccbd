import { AssertionError } from "node:assert/strict";
import type { RunResult } from "../runner/mod.ts";
import { type Fault, faultsOf, type LoadRules, thresholdText, thresholdVerdicts } from "./judge.ts";

/**
 * Asserts that every threshold of a run held. The message names each rule that did not, what was
 * measured, how far off that is, and what did most to fail it.
 *
 * @param result of `load`, or of `run` in the root module
 * @throws {AssertionError} of `node:assert`
 */
export function assertThresholds(result: RunResult): void {
  const failed = thresholdFaults(result);
  if (failed.length > 0) throw assertionOf(failed, assertThresholds);
}

/**
 * Asserts that a load went well: every threshold held, no check failed (unless a threshold on
 * `checks` says how many may), no iteration threw, at least one ran to its end, and nothing else
 * made it fail, such as a `teardown` that threw.
 *
 * @param result of `load`, or of `run` in the root module
 * @throws {AssertionError} of `node:assert`; its `cause` is the first error that a function threw
 */
export function assertLoad(result: RunResult, rules: LoadRules = {}): void {
  const faults = [...thresholdFaults(result), ...faultsOf(result, rules)];
  if (faults.length > 0) throw assertionOf(faults, assertLoad);
}

/** One error for all that is wrong; its stack begins where `below` was called. */
export function assertionOf(
  faults: readonly Fault[],
  // deno-lint-ignore ban-types
  below: Function,
): AssertionError {
  const message = faults.map((fault) => fault.message).join("\n");
  const error = new AssertionError({ message, stackStartFn: below });
  const cause = faults.find((fault) => fault.cause !== undefined)?.cause;
  if (cause !== undefined) error.cause = cause;
  return error;
}

function thresholdFaults(result: RunResult): Fault[] {
  return thresholdVerdicts(result).filter(({ ok }) => !ok)
    .map((verdict) => ({ message: thresholdText(verdict) }));
}
