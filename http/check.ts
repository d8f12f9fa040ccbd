import { nearest, OptionError } from "../internal/mod.ts";

/** Refuses options that don't exist. @throws {OptionError} */
export function checkNames(what: string, options: object, names: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    const near = nearest(name, names);
    throw new OptionError(
      name,
      `unknown ${what} option ${name}${near ? ` (did you mean ${near}?)` : ""}`,
    );
  }
}

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
