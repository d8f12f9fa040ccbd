import { OptionError, parseDurationMs } from "../internal/mod.ts";

/** A limit above 0 in milliseconds. @param name of the option @throws {OptionError} */
export function readTimeoutMs(value: unknown, name: string): number {
  const timeoutMs = parseDurationMs(value, name);
  if (timeoutMs > 0) return timeoutMs;
  throw new OptionError(name, `${name} is 0: give milliseconds, or text like 10s`);
}
