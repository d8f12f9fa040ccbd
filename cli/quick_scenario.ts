import { OptionError } from "../internal/mod.ts";
import type { QuickFlags } from "./quick_options.ts";
import { loadNumbers } from "./request.ts";
import { durationMs, wholeNumber } from "./values.ts";

/** How long running requests of a quick run may take after its end. */
const GRACE = "3s";
const VUS = 10;
const DURATION = "10s";
/** A scenario with a rate is no shorter. */
const LEAST_MS = 1000;
const UNITS_MS = { s: 1000, m: 60_000, h: 3_600_000 } as const;

/** The scenario that the flags of a quick run ask for, as script options. @throws {OptionError} */
export function quickScenario(flags: QuickFlags): Record<string, unknown> {
  const { vus, duration = DURATION, stages } = loadNumbers(flags);
  const requests = requestCount(flags);
  const common = { gracefulStop: GRACE };
  const ramp = flags.ramp;
  if (ramp !== undefined) {
    durationMs("--ramp", ramp);
    exclusive("--ramp", flags, ["requests", "iterations", "stage"]);
  }
  if (flags.rate !== undefined) {
    exclusive("--rate", flags, ["stage"]);
    if (requests !== undefined) exclusive("--rate with --requests", flags, ["duration"]);
    return { ...common, ...arrivals(flags.rate, { ramp, vus, requests, duration }) };
  }
  if (requests !== undefined) {
    exclusive(flags.requests === undefined ? "--iterations" : "--requests", flags, ["stage"]);
    const users = vus ?? Math.min(VUS, requests);
    const most = flags.duration === undefined ? {} : { maxDuration: duration };
    return { ...common, executor: "shared-iterations", vus: users, iterations: requests, ...most };
  }
  if (stages !== undefined) {
    exclusive("--stage", flags, ["duration"]);
    return { ...common, executor: "ramping-vus", startVUs: vus ?? 0, stages };
  }
  const most = vus ?? VUS;
  if (ramp === undefined) return { ...common, executor: "constant-vus", vus: most, duration };
  const rising = [{ duration: ramp, target: most }, { duration, target: most }];
  return { ...common, executor: "ramping-vus", startVUs: 1, stages: rising };
}

interface Arrivals {
  readonly ramp: string | undefined;
  readonly vus: number | undefined;
  readonly requests: number | undefined;
  readonly duration: string;
}

/** A number of requests a second, minute or hour. */
function arrivals(text: string, { ramp, vus, requests, duration }: Arrivals) {
  const [, digits = "", unit = "s"] = /^(\d+)(?:\/([smh]))?$/.exec(text.trim()) ?? [];
  if (digits === "") {
    throw new OptionError("--rate", `--rate is not a number like 200 or 30/m: "${text}"`);
  }
  const rate = wholeNumber("--rate", digits, 1);
  const unitMs = UNITS_MS[unit as keyof typeof UNITS_MS];
  // Enough users for answers that take half a second, unless told how many.
  const perSecond = rate * 1000 / unitMs;
  const users = vus ?? Math.min(2000, Math.max(VUS, Math.ceil(perSecond / 2)));
  const pool = { preAllocatedVUs: users };
  const timeUnit = unit === "s" ? {} : { timeUnit: `1${unit}` };
  if (ramp !== undefined) {
    const stages = [{ duration: ramp, target: rate }, { duration, target: rate }];
    return { executor: "ramping-arrival-rate", startRate: 0, stages, ...timeUnit, ...pool };
  }
  if (requests === undefined) {
    return { executor: "constant-arrival-rate", rate, duration, ...timeUnit, ...pool };
  }
  return { ...counted(requests, requests / rate * unitMs), ...pool };
}

/** So many in just the time that they take at the rate: none is lost to rounding. */
function counted(requests: number, ms: number) {
  const takes = `${ms}ms`;
  if (ms >= LEAST_MS) {
    const executor = "constant-arrival-rate";
    return { executor, rate: requests, timeUnit: takes, duration: takes };
  }
  const nothing = [{ duration: "0s", target: 0 }, { duration: `${LEAST_MS - ms}ms`, target: 0 }];
  return {
    executor: "ramping-arrival-rate",
    ...{ startRate: requests, timeUnit: takes },
    stages: [{ duration: takes, target: requests }, ...nothing],
  };
}

/** `--requests`, which is `--iterations` here. */
function requestCount(flags: QuickFlags): number | undefined {
  if (flags.requests === undefined) return loadNumbers(flags).iterations;
  exclusive("--requests", flags, ["iterations"]);
  return wholeNumber("--requests", flags.requests, 1);
}

function exclusive(
  option: string,
  flags: QuickFlags,
  others: readonly ("iterations" | "requests" | "stage" | "duration")[],
): void {
  for (const other of others) {
    const given = other === "stage" ? flags.stage.length > 0 : flags[other] !== undefined;
    if (given) throw new OptionError(option, `${option} and --${other} can't be used together`);
  }
}
