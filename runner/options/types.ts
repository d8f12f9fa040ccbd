import type { Segment } from "../segment.ts";
import type { ClientRunOptions } from "./client_types.ts";

/** Fields that every scenario has, with durations in milliseconds and defaults filled in. */
export interface ScenarioCommon {
  /** Key in `options.scenarios`, or `default` for one made from the shortcuts. */
  readonly name: string;
  /** When it begins, from the start of the run. */
  readonly startTimeMs: number;
  /** How long running iterations may go on after its end. */
  readonly gracefulStopMs: number;
  /** The exported function that it runs. */
  readonly exec: string;
  /** Added to `__ENV` while it runs. */
  readonly env: Readonly<Record<string, string>>;
  /** Added to everything it records. */
  readonly tags: Readonly<Record<string, string>>;
}

/** One step of a ramp: the target is reached linearly after the duration; 0 ms is a jump. */
export interface Stage {
  /** Length of the step. */
  readonly durationMs: number;
  /** Value at the end of the step. */
  readonly target: number;
}

/**
 * What becomes of an arrival that finds every VU busy: it is dropped (as in k6), or it waits for the
 * first VU that comes free and starts late.
 */
export type WhenBusy = "drop" | "wait";

/** A scenario, checked and complete: what an executor needs to know (k6's names and meaning). */
export type Scenario =
  & ScenarioCommon
  & (
    | {
      readonly executor: "shared-iterations" | "per-vu-iterations";
      readonly vus: number;
      readonly iterations: number;
      readonly maxDurationMs: number;
    }
    | { readonly executor: "constant-vus"; readonly vus: number; readonly durationMs: number }
    | {
      readonly executor: "ramping-vus";
      readonly startVUs: number;
      readonly stages: readonly Stage[];
      readonly gracefulRampDownMs: number;
    }
    | {
      readonly executor: "constant-arrival-rate";
      readonly rate: number;
      readonly timeUnitMs: number;
      readonly durationMs: number;
      readonly preAllocatedVUs: number;
      readonly maxVUs: number;
      readonly whenBusy: WhenBusy;
    }
    | {
      readonly executor: "ramping-arrival-rate";
      readonly startRate: number;
      readonly timeUnitMs: number;
      readonly stages: readonly Stage[];
      readonly preAllocatedVUs: number;
      readonly maxVUs: number;
      readonly whenBusy: WhenBusy;
    }
    | {
      readonly executor: "externally-controlled";
      /** VUs at the start: from then on `RunHandle.setVUs` says how many. */
      readonly vus: number;
      readonly maxVUs: number;
      /** 0 for no end of its own. */
      readonly durationMs: number;
    }
  );

/** One threshold of a metric, as written. */
export interface ThresholdRule {
  /** For example `p(95)<500`. */
  readonly expression: string;
  /** Ends the run when it fails. */
  readonly abortOnFail: boolean;
  /** How long the run goes on before this rule may end it. */
  readonly delayAbortEvalMs: number;
}

/** Everything a run needs to know, after defaults, script, environment and flags were put together. */
export interface RunOptions {
  /** What runs; at least one. */
  readonly scenarios: readonly Scenario[];
  /** Metric, or `metric{tag:value}`, to its rules. */
  readonly thresholds: Readonly<Record<string, readonly ThresholdRule[]>>;
  /** Added to everything recorded. */
  readonly tags: Readonly<Record<string, string>>;
  /** The part of the test that this run does: all of it unless `executionSegment` says less. */
  readonly segment: Segment;
  /** Names of the system tags that are recorded (k6's `systemTags`). */
  readonly systemTags: readonly string[];
  /** Waits to be resumed before the load begins. */
  readonly paused: boolean;
  /** Stays after the end until it is stopped. */
  readonly linger: boolean;
  /** Longest time for `setup`. */
  readonly setupTimeoutMs: number;
  /** Longest time for `teardown`. */
  readonly teardownTimeoutMs: number;
  /** Longest time for `handleSummary`. */
  readonly handleSummaryTimeoutMs: number;
  /** Shortest time from one iteration's start to the next of a VU. */
  readonly minIterationDurationMs: number;
  /** Leaves `setup` out. */
  readonly noSetup: boolean;
  /** Leaves `teardown` out. */
  readonly noTeardown: boolean;
  /** Leaves thresholds out. */
  readonly noThresholds: boolean;
  /** Statistics of a trend in the summary: avg min med max p(N) count. */
  readonly summaryTrendStats: readonly string[];
  /** Unit of times in the summary; null picks one per value. */
  readonly summaryTimeUnit: "s" | "ms" | "us" | null;
  /** What is printed at the end: one screen, every row there is, or nothing. */
  readonly summaryMode: "compact" | "full" | "disabled";
  /** What protocol clients follow (userAgent, maxRedirects, …): the runner hands it on unread. */
  readonly client: ClientRunOptions;
}
