import type { RateChange } from "./arrivals.ts";
import { executorOf } from "./executors/mod.ts";
import type { RunOptions, Scenario } from "./options/types.ts";
import { fractionOf, narrow, type Segment, shareOf } from "./segment.ts";

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
export function shareOptions(options: RunOptions, segment: Segment): RunOptions {
  const { rps } = options.client;
  const share = fractionOf(segment);
  if (rps === undefined || share === 1) return options;
  return { ...options, client: { ...options.client, rps: rps * share } };
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

/** How rates of scenarios were changed live, by the names of the scenarios. */
export type RatesByScenario = ReadonlyMap<string, readonly RateChange[]>;

/** Whether another shard can do the rest of what one was to do: not where there is a number of iterations. */
export function canMove(scenario: Scenario): boolean {
  return executorOf(scenario).iterations(scenario) === null;
}

/** When a shard was there for its segment, from the start of the load, milliseconds. */
export interface Duty {
  /** When it took over from a lost one, Infinity if it never did; null for one of the first. */
  readonly joinedMs: number | null;
  /** When another one took over from it; null if none did. */
  readonly relievedMs: number | null;
}

/** On duty all the time. */
export const ALL_ALONG: Duty = { joinedMs: null, relievedMs: null };

/** Iterations that a segment was asked for in the first `elapsedMs` of the load, of them those of a shard. */
export function plannedOf(
  options: RunOptions,
  segment: Segment,
  elapsedMs: number,
  rates: RatesByScenario = new Map(),
  { joinedMs, relievedMs }: Duty = ALL_ALONG,
): number {
  let base = 0;
  let sum = 0;
  for (const scenario of options.scenarios) {
    const executor = executorOf(scenario);
    const vus = executor.maxVUs(scenario);
    const own = narrow(segment, base, vus);
    base += vus;
    if (own === null) continue;
    const before = (atMs: number): number => {
      const elapsed = Math.min(atMs, elapsedMs) - scenario.startTimeMs;
      const changes = rates.get(scenario.name) ?? [];
      return elapsed < 0 ? 0 : executor.planned(scenario, own, elapsed, changes);
    };
    if (canMove(scenario)) sum += before(relievedMs ?? Infinity) - before(joinedMs ?? -Infinity);
    else if (joinedMs === null) sum += before(Infinity);
  }
  return sum;
}
