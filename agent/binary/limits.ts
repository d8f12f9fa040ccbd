import { checkNames, OptionError } from "../../internal/mod.ts";

/** What a program may take: of time, of the agent's disk and memory, of the machine. */
export interface BinaryLimits {
  /** Seconds from the start to the first answered call. Default: 30 */
  readonly startSeconds: number;
  /** Seconds that a connection which is lost while the program lives may take to come back. Default: 10 */
  readonly reconnectSeconds: number;
  /** Seconds for calls in flight, and what they print, after `duration`. Default: 10 */
  readonly drainSeconds: number;
  /** Seconds between SIGTERM and SIGKILL. Default: 5 */
  readonly graceSeconds: number;
  /** Bytes of one result line; a longer one is rejected. Default: 64 KiB */
  readonly lineBytes: number;
  /** Bytes kept of each of `out.log` and `err.log`. Default: 64 MiB */
  readonly logBytes: number;
  /** Open files and sockets of one process (`RLIMIT_NOFILE`). Default: 65,536 */
  readonly openFiles: number;
  /** Processes and threads (`RLIMIT_NPROC`); for a user of its own alone, as it counts all of a user's. Default: 4096 */
  readonly processes: number;
  /** Bytes of memory that one process may write to (`RLIMIT_DATA`). Default: 4 GiB */
  readonly memoryBytes: number;
  /** Bytes of one file that it writes (`RLIMIT_FSIZE`). Default: 1 GiB */
  readonly fileBytes: number;
}

const KIB = 1024;

/** What applies where nothing else is said. */
export const BINARY_LIMITS: BinaryLimits = {
  startSeconds: 30,
  reconnectSeconds: 10,
  drainSeconds: 10,
  graceSeconds: 5,
  lineBytes: 64 * KIB,
  logBytes: 64 * KIB * KIB,
  openFiles: 65_536,
  processes: 4096,
  memoryBytes: 4 * KIB * KIB * KIB,
  fileBytes: KIB * KIB * KIB,
};

/** Numbers that may be fractions, and 0. */
const SECONDS = new Set(["startSeconds", "reconnectSeconds", "drainSeconds", "graceSeconds"]);

/** Fills in the defaults. @throws {OptionError} an unknown name, or no number of its kind */
export function readLimits(given: Partial<BinaryLimits> = {}): BinaryLimits {
  const names = Object.keys(BINARY_LIMITS);
  checkNames("limits", given, names);
  const limits: BinaryLimits = { ...BINARY_LIMITS, ...given };
  for (const name of names as (keyof BinaryLimits)[]) {
    const value = limits[name];
    const fits = SECONDS.has(name)
      ? Number.isFinite(value) && value >= 0 && value <= 86_400
      : Number.isSafeInteger(value) && value >= 1;
    if (!fits) {
      const choices = SECONDS.has(name) ? "seconds from 0 to 86400" : "a whole number from 1 on";
      throw new OptionError(`limits.${name}`, `limits.${name} is ${value}: give ${choices}`);
    }
  }
  return limits;
}
