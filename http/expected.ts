import { OptionError } from "../internal/mod.ts";
import type { Expectation } from "./samples.ts";

/** A status, a range with both its ends, or k6's form of one. */
export type StatusRange =
  | number
  | readonly [min: number, max: number]
  | { readonly min: number; readonly max: number };

/** Statuses that count as success, a function that says so, or null: no `http_req_failed` at all. */
export type ExpectedStatuses = StatusRange | readonly StatusRange[] | Expectation;

/** Reads the option `expectedStatuses`; undefined when it isn't given. @throws {OptionError} */
export function readExpectation(option: ExpectedStatuses | undefined): Expectation | undefined {
  if (option === undefined || option === null || typeof option === "function") return option;
  const given = typeof option === "number" || isRange(option)
    ? [option]
    : option as readonly StatusRange[];
  const known = typeof option === "object" ? kept.get(option) : undefined;
  if (known !== undefined) return known;
  if (!Array.isArray(given)) throw invalid(option);
  const ranges = given.map(readRange);
  const expectation = (status: number) =>
    ranges.some(([min, max]) => status >= min && status <= max);
  // The same option gives the same function, so that samples can be kept by it.
  if (typeof option === "object") kept.set(option, expectation);
  return expectation;
}

const kept = new WeakMap<object, (status: number) => boolean>();

function isRange(value: unknown): value is { min: unknown; max: unknown } {
  return typeof value === "object" && value !== null && "min" in value && "max" in value;
}

function readRange(range: unknown): [number, number] {
  const ends = typeof range === "number"
    ? [range, range]
    : Array.isArray(range)
    ? range
    : isRange(range)
    ? [range.min, range.max]
    : [];
  const [min, max] = ends;
  if (ends.length !== 2 || !isStatus(min) || !isStatus(max) || min > max) throw invalid(range);
  return [min, max];
}

function isStatus(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 100 && Number(value) <= 999;
}

function invalid(value: unknown): OptionError {
  const shown = JSON.stringify(value) ?? String(value);
  return new OptionError(
    "expectedStatuses",
    `expectedStatuses has ${shown}: give statuses and ranges, as in [200, [300, 399]]`,
  );
}
