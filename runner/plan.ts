import { executorOf } from "./executors/mod.ts";
import type { RunOptions } from "./options/types.ts";
import { narrow, type Segment, shareOf } from "./segment.ts";

/** Most VUs that the scenarios may use, together. */
export function totalVUs(options: RunOptions): number {
  return options.scenarios.reduce((sum, one) => sum + executorOf(one).maxVUs(one), 0);
}

/** Those of them that are in the segment of this run. */
export function ownVUs(options: RunOptions): number {
  let base = 0;
  let sum = 0;
  for (const scenario of options.scenarios) {
    const vus = executorOf(scenario).maxVUs(scenario);
    const own = narrow(options.segment, base, vus);
    if (own !== null) sum += shareOf(own, vus);
    base += vus;
  }
  return sum;
}

/** How many shards a run is split into: at most one a VU. */
export function shardCount(options: RunOptions, wanted: number): number {
  return Math.max(1, Math.min(Math.floor(wanted), ownVUs(options)));
}

/** The options as the shard of a segment follows them: limits of the whole test become its share. */
export function shareOptions(options: RunOptions, { stride }: Segment): RunOptions {
  const { rps } = options.client;
  if (rps === undefined || stride === 1) return options;
  return { ...options, client: { ...options.client, rps: rps / stride } };
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

/** The length of the load as far as it is known: null if a number of iterations may end it first, or nothing but a stop. */
export function knownLengthMs(options: RunOptions): number | null {
  if (options.scenarios.some((one) => executorOf(one).iterations(one) !== null)) return null;
  const length = plannedMs(options);
  return Number.isFinite(length) ? length : null;
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
