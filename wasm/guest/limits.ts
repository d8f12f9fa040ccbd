import { checkNames, OptionError } from "../../internal/mod.ts";

/** What a guest may take. */
export interface GuestLimits {
  /** Bytes of the module. Default 4 MiB, at most 64 MiB. */
  readonly maxBytes?: number;
  /** Pages of 64 KiB of its memory, also after it grew. Default 256 (16 MiB), at most 16384. */
  readonly maxPages?: number;
}

/** Elements that a table may have. Guests have one table, of their function pointers. */
export const MAX_TABLE = 65_536;

const MOST = { maxBytes: 64 * 1024 * 1024, maxPages: 16_384 };

/** The limits with their defaults. @throws {OptionError} for one that is no limit */
export function checkLimits(limits: GuestLimits): Required<GuestLimits> {
  checkNames("limit of guests", limits, Object.keys(MOST));
  const { maxBytes = 4 * 1024 * 1024, maxPages = 256 } = limits;
  for (const [name, value] of Object.entries({ maxBytes, maxPages })) {
    const most = MOST[name as keyof typeof MOST];
    if (!Number.isInteger(value) || value < 1 || value > most) {
      throw new OptionError(name, `${name} is ${value}: give a whole number from 1 to ${most}`);
    }
  }
  return { maxBytes, maxPages };
}
