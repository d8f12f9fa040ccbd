import { executorOf } from "./executors/mod.ts";
import type { RunOptions } from "./options/types.ts";
import { narrow, type Segment } from "./segment.ts";

/** Most VUs that the scenarios may use, together. */
export function totalVUs(options: RunOptions): number {
  return options.scenarios.reduce((sum, one) => sum + executorOf(one).maxVUs(one), 0);
}

/** How many shards a run is split into: at most one a VU. */
export function shardCount(options: RunOptions, wanted: number): number {
  return Math.max(1, Math.min(Math.floor(wanted), totalVUs(options)));
}

/** When the last iteration starts at the latest, from the start of the load. */
export function plannedMs(options: RunOptions): number {
  return Math.max(
    ...options.scenarios.map((one) => one.startTimeMs + executorOf(one).durationMs(one)),
  );
}

/** When the load has ended at the latest: graceful stops included. */
export function longestMs(options: RunOptions): number {
  return Math.max(
    ...options.scenarios.map((one) =>
      one.startTimeMs + executorOf(one).durationMs(one) + one.gracefulStopMs
    ),
  );
}

/** The length of the load as far as it is known: null if a number of iterations may end it first. */
export function knownLengthMs(options: RunOptions): number | null {
  return options.scenarios.some((one) => executorOf(one).iterations(one) !== null)
    ? null
    : plannedMs(options);
}

/** Iterations that a segment was asked for in the first `elapsedMs` of the load. */
export function plannedOf(options: RunOptions, segment: Segment, elapsedMs: number): number {
  let base = 0;
  let sum = 0;
  for (const scenario of options.scenarios) {
    const executor = executorOf(scenario);
    const vus = executor.maxVUs(scenario);
    const own = narrow(segment, base, vus);
    const elapsed = elapsedMs - scenario.startTimeMs;
    if (own !== null && elapsed >= 0) sum += executor.planned(scenario, own, elapsed);
    base += vus;
  }
  return sum;
}
