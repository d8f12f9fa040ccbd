import { formatDuration, OptionError, parseDurationMs } from "../../internal/mod.ts";
import type { Plain, PlainObject } from "./_snapshot.ts";

/** Longest duration: what a timer can wait. */
export const MAX_DURATION_MS = 2 ** 31 - 1;
/** Most virtual users of a scenario. */
export const MAX_VUS = 1_000_000;

/** The error for a value that is not what its option takes. */
export function badValue(path: string, needs: string, value: Plain): OptionError {
  return new OptionError(path, `${path} must be ${needs}: ${show(value)}`);
}

function show(value: Plain): string {
  if (typeof value === "number") return String(value);
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** k6 treats null like an option that is not there. */
export function isSet(value: Plain): boolean {
  return value !== undefined && value !== null;
}

export function wholeNumber(value: Plain, path: string, min: number, max: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) {
    return value === 0 ? 0 : value;
  }
  throw badValue(path, `a whole number from ${min} to ${max}`, value);
}

export function flag(value: Plain, path: string): boolean {
  if (typeof value === "boolean") return value;
  throw badValue(path, "true or false", value);
}

export function text(value: Plain, path: string): string {
  if (typeof value === "string" && value !== "" && value.length <= 10_000) return value;
  throw badValue(path, "text (not empty, at most 10000 characters)", value);
}

export function duration(value: Plain, path: string, minMs = 0): number {
  const ms = parseDurationMs(value, path);
  if (ms >= minMs && ms <= MAX_DURATION_MS) return ms === 0 ? 0 : ms;
  const range = minMs === 0 ? "of at most" : `from ${formatDuration(minMs)} to`;
  throw badValue(path, `a duration ${range} 596h`, value);
}

/** Checks that durations which follow each other still fit a timer. */
export function totalDuration(partsMs: readonly number[], path: string): void {
  const total = partsMs.reduce((sum, part) => sum + part, 0);
  if (total <= MAX_DURATION_MS) return;
  throw new OptionError(path, `${path} takes longer than 596h in all: ${formatDuration(total)}`);
}

export function object(value: Plain, path: string): PlainObject {
  if (typeof value === "object" && value !== null && !isList(value)) return value;
  throw badValue(path, "an object", value);
}

export function list(value: Plain, path: string): readonly Plain[] {
  if (isList(value)) return value;
  throw badValue(path, "an array", value);
}

export function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}

export function oneOf<const T extends string>(
  value: Plain,
  path: string,
  choices: readonly T[],
): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw badValue(path, `one of ${choices.join(", ")}`, value);
}

/** Tags or environment: names to text. */
export function textRecord(value: Plain, path: string): Readonly<Record<string, string>> {
  if (!isSet(value)) return {};
  const entries: [string, string][] = [];
  for (const [name, entry] of Object.entries(object(value, path))) {
    if (name === "") throw new OptionError(path, `${path} can't have an empty name`);
    if (!isSet(entry)) continue;
    if (typeof entry !== "string") throw badValue(`${path}.${name}`, "text", entry);
    entries.push([name, entry]);
  }
  return Object.fromEntries(entries);
}
