import { OptionError } from "../../internal/mod.ts";
import { readExpectation } from "../expected.ts";

/** Says whether a status is what one wants: made by `expectedStatuses`. */
export type ResponseCallback = (status: number) => boolean;

/** A status, or a range with both its ends. */
export type ExpectedStatus = number | { readonly min: number; readonly max: number };

/** Statuses that are no failure, for `setResponseCallback` and `responseCallback`. @throws {OptionError} */
export function expectedStatuses(...statuses: readonly ExpectedStatus[]): ResponseCallback {
  if (statuses.length === 0) {
    throw new OptionError(
      "expectedStatuses",
      "expectedStatuses was given nothing: give statuses and ranges, as in (200, { min: 300, max: 399 })",
    );
  }
  return readExpectation(statuses) as ResponseCallback;
}

/** A callback, or null for no judgement at all. @throws {OptionError} */
export function checkCallback(name: string, value: unknown): ResponseCallback | null {
  if (value === null || typeof value === "function") return value as ResponseCallback | null;
  throw new OptionError(
    name,
    `${name} is ${JSON.stringify(value)}: give http.expectedStatuses(…), or null`,
  );
}
