import { ScriptFailure } from "./errors.ts";

/**
 * Ends the iteration by throwing; the run goes on and counts the iteration as thrown.
 *
 * @param reason text of the error, default `"fail() called without a reason"`
 * @throws {ScriptFailure} always
 */
export function fail(reason?: string): never {
  throw new ScriptFailure(
    reason === undefined || reason === "" ? "fail() called without a reason" : String(reason),
  );
}
