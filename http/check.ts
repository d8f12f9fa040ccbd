import { OptionError } from "../internal/mod.ts";

/** A whole number within bounds, or undefined. @throws {OptionError} */
export function checkInteger(
  name: string,
  value: number | undefined,
  min: number,
  max: number,
): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= min && value <= max)) return;
  throw new OptionError(name, `${name} is ${value}: give a whole number from ${min} to ${max}`);
}
