import { OptionError } from "./errors.ts";
import { nearest } from "./nearest.ts";

/**
 * Refuses options that don't exist, naming the nearest that does, and what is no object of options.
 *
 * @param what whose options, for the message: `TCP.open`, `Client`
 * @throws {OptionError}
 */
export function checkNames(what: string, options: object, names: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new OptionError("options", `${what} takes an object of options: ${String(options)}`);
  }
  for (const name in options) {
    if (names.includes(name)) continue;
    const near = nearest(name, names);
    const hint = near === null ? `it has ${names.join(", ")}` : `did you mean ${near}`;
    throw new OptionError(name, `${what} has no option ${name}: ${hint}`);
  }
}
