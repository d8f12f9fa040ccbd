import { checkNames, OptionError } from "../../internal/mod.ts";

/** How a component is hosted. */
export interface HostOptions {
  /** Most processes. @default {the number of CPUs, 8 at most} */
  readonly processes?: number;
  /**
   * Calls that one process takes at the same time, each in an instance of its own. They share a
   * CPU, and the fate of the process: one that spins takes the others with it. 1 keeps them apart.
   * @default {16}
   */
  readonly instances?: number;
  /** Give every call a fresh instance, instead of one that served others before. @default {false} */
  readonly fresh?: boolean;
  /** Longest time of a call, in milliseconds, waiting for an instance included. @default {30000} */
  readonly deadlineMs?: number;
  /**
   * How long a process may take to let go of a call that was given up, in milliseconds; then it is
   * killed. @default {250}
   */
  readonly giveUpMs?: number;
  /** Memory that an instance may have, in MiB. @default {512} */
  readonly memoryMb?: number;
  /** Most calls that wait for an instance. @default {10000} */
  readonly maxWaiting?: number;
  /** Largest component that is taken, in MiB. @default {64} */
  readonly maxComponentMb?: number;
  /** Folder for what jco makes of components. @default {".downpour/components"} */
  readonly cacheFolder?: string;
  /** Takes each line that the component prints. @default dropped */
  readonly onLog?: (line: string) => void;
}

/** Options with their defaults. */
export type HostPlan = Required<HostOptions>;

/** Ranges of the numbers, both ends included. */
const RANGES = {
  processes: [1, 1024],
  instances: [1, 1024],
  deadlineMs: [1, 2 ** 31 - 1],
  giveUpMs: [1, 2 ** 31 - 1],
  memoryMb: [1, 4096],
  maxWaiting: [0, 10_000_000],
  maxComponentMb: [1, 1024],
} as const satisfies Record<string, readonly [number, number]>;

/** Checks the options and fills in defaults. @throws {OptionError} */
export function readHostOptions(options: HostOptions = {}): HostPlan {
  const defaults: HostPlan = {
    processes: Math.min(navigator.hardwareConcurrency, 8),
    instances: 16,
    fresh: false,
    deadlineMs: 30_000,
    giveUpMs: 250,
    memoryMb: 512,
    maxWaiting: 10_000,
    maxComponentMb: 64,
    cacheFolder: ".downpour/components",
    onLog: () => {},
  };
  checkNames("hostComponent", options, Object.keys(defaults));
  const plan = { ...defaults, ...options };
  for (const [name, [least, most]] of Object.entries(RANGES)) {
    const value = plan[name as keyof typeof RANGES];
    if (Number.isSafeInteger(value) && value >= least && value <= most) continue;
    const message = `${name} is ${value}: give a whole number from ${least} to ${most}`;
    throw new OptionError(name, message);
  }
  return plan;
}
