import type { MetricContents, MetricType } from "../metrics/mod.ts";
import type {
  GeneratorHealth,
  IterationCounts,
  OutputReport,
  RunOptions,
  ShardReport,
} from "../runner/mod.ts";

/** What the summary is drawn on, for `state` and `options`. */
export interface SummaryOutput {
  /** Whether standard output is a terminal. @default {false} */
  readonly isStdOutTTY?: boolean;
  /** Whether standard error is a terminal. @default {false} */
  readonly isStdErrTTY?: boolean;
  /** Whether colours are wanted. @default {false} */
  readonly color?: boolean;
}

/** One metric, or submetric named `metric{tag:value}`, with its values and thresholds. */
export interface SummaryMetric {
  /** Kind of aggregation. */
  type: MetricType;
  /** Unit family: `time` is milliseconds, `data` bytes. */
  contains: MetricContents;
  /**
   * Counter: `count`, `rate` (per second). Gauge: `value`, `min`, `max`. Rate: `rate` (0 to 1),
   * `passes`, `fails`. Trend: the statistics of `summaryTrendStats`, and `p(99)`, `p(99.9)`, `count`.
   */
  values: Record<string, number>;
  /** Rule to outcome, where the metric has rules. */
  thresholds?: Record<string, { ok: boolean }>;
}

/** One check. */
export interface SummaryCheck {
  /** Its own name. */
  name: string;
  /** Names of its groups and its own, joined with `::`. */
  path: string;
  /** MD5 of `path`, hexadecimal. */
  id: string;
  /** How often it held. */
  passes: number;
  /** How often it did not. */
  fails: number;
}

/** A group of checks; the root's name and path are empty. */
export interface SummaryGroup {
  /** Its own name. */
  name: string;
  /** Names of its groups, joined with `::`. */
  path: string;
  /** MD5 of `path`, hexadecimal. */
  id: string;
  /** The groups inside it. */
  groups: SummaryGroup[];
  /** Its checks. */
  checks: SummaryCheck[];
}

/** How long something took, in milliseconds: zeros where nothing was measured. */
export interface SummaryTimes {
  /** How often it was measured. */
  count: number;
  /** Arithmetic mean. */
  avg: number;
  /** The shortest. */
  min: number;
  /** The longest. */
  max: number;
  /** Median. */
  "p(50)": number;
  /** 90th percentile. */
  "p(90)": number;
  /** 95th percentile. */
  "p(95)": number;
  /** 99th percentile. */
  "p(99)": number;
  /** 99.9th percentile. */
  "p(99.9)": number;
}

/** Requests of one method to one `name`. */
export interface SummaryEndpoint {
  /** `GET` and so on; empty when untagged. */
  method: string;
  /** The `name` tag: the URL, unless the script set another. */
  name: string;
  /** Requests sent. */
  requests: number;
  /** Requests per second of the run. */
  rate: number;
  /** Requests that failed. */
  failed: number;
  /** `http_req_duration`. */
  duration: SummaryTimes;
}

/** How long one group took. */
export interface SummaryGroupTimes {
  /** Names of its groups and its own, joined with `::`, as in `root_group`. */
  path: string;
  /** `group_duration`. */
  duration: SummaryTimes;
}

/** What one scenario did. */
export interface SummaryScenario {
  /** Its key in `options.scenarios`. */
  name: string;
  /** Completed iterations. */
  iterations: number;
  /** Completed iterations per second of the run. */
  rate: number;
  /** Iterations that never started. */
  dropped: number;
  /** Outcomes of its checks. */
  checks: { passes: number; fails: number };
  /** `iteration_duration`. */
  duration: SummaryTimes;
}

/** How one shard ended; a record keeps its `durations` apart, in `shardHistograms`. */
export type SummaryShard = Omit<ShardReport, "durations">;

/** What Downpour adds to k6's shape. */
export interface SummaryRun {
  /** What ran: a script's path or a URL. */
  name: string;
  /** When the load began, ISO 8601. */
  startedAt: string;
  /** How long the load was paused, milliseconds; no duration or rate counts it. */
  pausedMs: number;
  /** Every option after defaults, script and flags; credentials read `***`. */
  options: RunOptions;
  /** How each shard ended. */
  shards: SummaryShard[];
  /** Whether all that shards measured is in it. */
  complete: boolean;
  /** Most VUs that ran at once. */
  vusMax: number;
  /** `planned = started + dropped`, `started = completed + interrupted`. */
  iterations: IterationCounts;
  /** Every scenario, in the order of the options. */
  scenarios: SummaryScenario[];
  /** Every endpoint of HTTP requests, busiest first. */
  endpoints: SummaryEndpoint[];
  /** Every group that ended, outer ones before those within; not in records of older versions. */
  groups: SummaryGroupTimes[];
  /** Whether the generator kept up. */
  generator: GeneratorHealth;
  /** How each output ended. */
  outputs: OutputReport[];
  /** What made the run fail beside thresholds. */
  failures: string[];
  /** The exit code that these numbers give. */
  exitCode: number;
}

/**
 * A run as data: k6's summary shape with `schemaVersion` and `run`. Its JSON Schema is
 * `report/summary.schema.json`.
 */
export interface SummaryData {
  /** Goes up when a field changes its meaning or goes away. */
  schemaVersion: 1;
  /** Metrics and submetrics by name. */
  metrics: Record<string, SummaryMetric>;
  /** Checks by group. */
  root_group: SummaryGroup;
  /** Settings of the summary. */
  options: { summaryTrendStats: string[]; summaryTimeUnit: string; noColor: boolean };
  /** About the run and where it printed; the duration in milliseconds, without setup and teardown. */
  state: { isStdOutTTY: boolean; isStdErrTTY: boolean; testRunDurationMs: number };
  /** What k6 has no place for. */
  run: SummaryRun;
}
