import { OptionError } from "../../internal/mod.ts";

/** What one decoded value may take. */
export interface CodecLimits {
  /**
   * Most bytes of one value: the synchronous parameters or results of a call, one future, one
   * element of a stream. @default {67108864}
   */
  readonly maxBytes?: number;
  /**
   * Most elements of all lists of one value together, those of numbers left out (each of them takes
   * a byte at least, and no object). @default {1048576}
   */
  readonly maxElements?: number;
}

/** Limits with their defaults. */
export type Limits = Required<CodecLimits>;

/** 64 MiB, and a million elements. */
export const DEFAULT_LIMITS: Limits = { maxBytes: 64 * 1024 * 1024, maxElements: 1024 * 1024 };

/** Checks limits and fills in defaults. @throws {OptionError} */
export function readLimits(limits: CodecLimits = {}): Limits {
  const all = { ...DEFAULT_LIMITS, ...limits };
  for (const name of ["maxBytes", "maxElements"] as const) {
    const value = all[name];
    if (Number.isSafeInteger(value) && value >= 1 && value < 2 ** 31) continue;
    throw new OptionError(
      name,
      `${name} is ${value}: give a whole number from 1 to ${2 ** 31 - 1}`,
    );
  }
  return all;
}
