import type { RateChange } from "../arrivals.ts";
import type { Clock } from "../clock.ts";
import type { Scenario } from "../options/types.ts";
import type { IterationCounts } from "../result.ts";
import type { Segment } from "../segment.ts";
import type { Turns } from "../turns.ts";
import type { Timeline } from "../timeline.ts";
import type { Vu } from "../vu.ts";

/** What a shard gives an executor to run its part of a scenario with. */
export interface ExecutorHost {
  readonly clock: Clock;
  /** The time of the load, which stands still while it is paused: all plans are made on it. */
  readonly line: Timeline;
  readonly turns: Turns;
  /** When the scenario begins, on `line`. */
  readonly startAt: number;
  /** From when on, on `line`, this shard does its part: `-Infinity` unless it took over from another. */
  readonly joinAt: number;
  /** This shard's VUs and arrivals of the scenario. */
  readonly segment: Segment;
  /** The executor counts `planned` and `dropped`; VUs count the rest. */
  readonly counts: IterationCounts;
  /** Of iterations that started late: those for which no VU had been free. */
  readonly open: { waited: number };
  /** How many VUs are wanted of the whole scenario, where that is said from outside. */
  readonly target: VuTarget;
  /** How the rate of arrivals of the whole scenario was changed from outside. */
  readonly rates: RateChanges;
  /** Aborts when no more iterations may start. */
  readonly stop: AbortSignal;
  /** Whether `stop` has aborted: for the hot path. */
  readonly stopped: boolean;
  /** Aborts when those that run may not go on either. */
  readonly cut: AbortSignal;
  /** VU `k` of the scenario: the one made before, or a new one if there is none or it is gone. */
  vu(k: number): Promise<Vu>;
  /** Records iterations that were planned and will not start. */
  drop(count: number): void;
  /** Records for how long an iteration that was dropped would have had to wait for a VU. */
  dropWaited(ms: number): void;
}

/** A number of VUs that may change at any time. */
export interface VuTarget {
  readonly vus: number;
  /** Resolves when it is set the next time. */
  changed(): Promise<void>;
}

/** Changes of a rate, of which there may be more at any time. */
export interface RateChanges {
  /** In order of time. */
  readonly all: readonly RateChange[];
  /** Aborts at the next change, and when no more iterations may start. */
  readonly changed: AbortSignal;
}

/**
 * One way to run iterations: the seam for further executors. All numbers are of the whole
 * scenario, whatever part of it a shard runs.
 */
export interface Executor<S extends Scenario> {
  /** Most VUs that it may use. */
  maxVUs(scenario: S): number;
  /** VUs 0 to this number are made before the load begins. */
  initialVUs(scenario: S): number;
  /** Latest time at which an iteration starts, from the start of the scenario. */
  durationMs(scenario: S): number;
  /** Iterations that the scenario ends after, or null if its duration is what ends it. */
  iterations(scenario: S): number | null;
  /** Whether iterations start by the clock, whatever the target does. */
  readonly open: boolean;
  /** Whether a VU may be given up before the scenario ends. */
  readonly dropsVUs: boolean;
  /**
   * Iterations asked of a segment in the first `elapsedMs`, with a rate that was changed; 0 where
   * only those started count.
   */
  planned(
    scenario: S,
    segment: Segment,
    elapsedMs: number,
    rates: readonly RateChange[],
  ): number;
  /** Runs until every iteration has ended or was interrupted. Never rejects for the script's sake. */
  run(scenario: S, host: ExecutorHost): Promise<void>;
}
