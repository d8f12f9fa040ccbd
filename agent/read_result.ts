import type { ResultLine } from "./result.ts";

/**
 * Reads one result out of parsed JSON, as Go would: what is left out is empty or 0, what is not
 * known is passed over. Null for anything that is no result: not an object, or with a field of
 * another type.
 */
export function readResult(value: unknown): ResultLine | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const {
    sequenceID = "",
    url = "",
    method = "",
    status = 0,
    size = 0,
    timestamp = "",
    duration = 0,
    error = null,
  } = value as Partial<Record<keyof ResultLine, unknown>>;
  if (
    typeof sequenceID !== "string" || typeof url !== "string" || typeof method !== "string" ||
    typeof timestamp !== "string" || !isNumber(status) || !isNumber(size) || !isNumber(duration)
  ) return null;
  return { sequenceID, url, method, status, size, timestamp, duration, error };
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
