import { checkNames, OptionError } from "../../internal/mod.ts";

/** Refuses what is no whole number from 1 on. @throws {OptionError} */
export function checkWhole(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new OptionError(name, `${name} must be a whole number from 1 on: ${value}`);
}

/**
 * Limits, those that are not given by their defaults. All are whole numbers from 1 on.
 *
 * @param what they are limits of, for errors
 * @throws {OptionError}
 */
export function checkLimits<T extends Readonly<Record<keyof T, number>>>(
  what: string,
  given: Partial<T>,
  defaults: T,
): T {
  checkNames(what, given, Object.keys(defaults));
  const limits = { ...defaults, ...given };
  for (const [name, value] of Object.entries<number>(limits)) checkWhole(name, value);
  return limits;
}
