import type { FailureSample, MetricContents, MetricType } from "../metrics/mod.ts";
import type { SummaryData } from "../report/mod.ts";
import type { LogEntry, ThresholdOutcome } from "../runner/mod.ts";

/** Name of the format, first in every file of it. */
export const RECORD_SCHEMA = "downpour.run";
/** Its version: readers take this one, and say so of any other. */
export const RECORD_VERSION = 1;
/** What the least of too many parts of the load are counted under, as a tag's value. */
export const OTHER = "(other)";

/**
 * All that is kept of a run: summary, page, report and comparison read nothing else. Names from
 * scripts and servers are in it as they were: what shows them escapes them. Secrets are not.
 */
export interface RunRecord {
  /** `downpour.run`. */
  readonly schema: typeof RECORD_SCHEMA;
  /** 1. */
  readonly version: typeof RECORD_VERSION;
  /** UUID of the run. */
  readonly id: string;
  /** What ran: a script's path or a URL. */
  readonly name: string;
  /** When the load began, ISO 8601. */
  readonly startedAt: string;
  /** Of the load, milliseconds: without setup, teardown and pauses. */
  readonly durationMs: number;
  /** What it was made with and on. */
  readonly machine: Machine;
  /** The script's path and the SHA-256 of its file, hexadecimal; null for a quick run. */
  readonly script: { readonly path: string; readonly sha256: string } | null;
  /** As `--summary-json` writes it: metrics, checks, endpoints, options, health. */
  readonly summary: SummaryData;
  /** What the command ended with. */
  readonly exitCode: number;
  /** Every rule and how it was judged, in the order of the options. */
  readonly thresholds: readonly ThresholdOutcome[];
  /** How it went, step by step. */
  readonly timeline: Timeline;
  /** Counters, gauges and rates at the end, by all of their tags. */
  readonly series: readonly RecordedSeries[];
  /** Trends at the end, by all of their tags: whole histograms. */
  readonly histograms: readonly RecordedHistogram[];
  /**
   * `iteration_duration` of each shard, with its number as the tag `shard`; of the first 200 that
   * have any. Older files have none.
   */
  readonly shardHistograms?: readonly RecordedHistogram[];
  /** The first lines and the last ones. */
  readonly log: readonly RecordedLine[];
  /** The first few calls that failed, of each kind. Older files have none. */
  readonly errorSamples?: readonly FailureSample[];
}

/** What a run was made with and on. */
export interface Machine {
  /** Downpour's version. */
  readonly downpour: string;
  /** Deno's version. */
  readonly deno: string;
  /** As in `linux`. */
  readonly os: string;
  /** As in `x86_64`. */
  readonly arch: string;
  /** Processors; 0 where unknown. */
  readonly cores: number;
}

/** How the run went, step by step. Steps grow (1 s, 2 s, 4 s …) so that there are never over 3600. */
export interface Timeline {
  /** Milliseconds of a step. Step `i` is the load's time from `i * stepMs` on. */
  readonly stepMs: number;
  /** Number of steps; each column below has as many entries. The last one may be shorter. */
  readonly steps: number;
  /**
   * Metrics, each for the whole load and for parts of it; and `late_iterations`, a counter of what
   * started late, which is no metric.
   */
  readonly series: readonly TimelineSeries[];
}

/** One metric for one part of the load. */
export interface TimelineSeries {
  /** Its name. */
  readonly metric: string;
  /** Kind of aggregation. */
  readonly type: MetricType;
  /** Unit family: `time` is milliseconds, `data` bytes. */
  readonly contains: MetricContents;
  /**
   * Empty for the whole load; else one of `scenario`, `name` (with `method` where there is one),
   * `status`, `error_code`, `proto`, `check`, and of other protocols `subject`, `endpoint`,
   * `transport`. At most 50 of a kind: the value of the rest is `(other)`.
   */
  readonly tags: Readonly<Record<string, string>>;
  /**
   * By name, one number a step (null where there was nothing). Counter: `sum`. Gauge: `value`,
   * `min`, `max`. Rate: `passes`, `total`. Trend: `count`, `sum`, `min`, `max`, `p50`, `p90`,
   * `p99`, `p99.9`; where steps were put together, percentiles are within 1/8.
   */
  readonly columns: Readonly<Record<string, readonly (number | null)[]>>;
  /**
   * Trends of the whole load: for each step, heat bucket and count in turn, upwards
   * (`heatBounds` tells a bucket's values).
   */
  readonly heat?: readonly (readonly number[])[];
}

/** A counter, gauge or rate with one set of tags. */
export interface RecordedSeries {
  /** Its name. */
  readonly metric: string;
  /** Kind of aggregation. */
  readonly type: Exclude<MetricType, "trend">;
  /** Unit family: `time` is milliseconds, `data` bytes. */
  readonly contains: MetricContents;
  /** All of its tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** Counter: `total`. Gauge: `value`, `min`, `max`. Rate: `passes`, `total`. */
  readonly values: Readonly<Record<string, number>>;
}

/** A trend with one set of tags: buckets no wider than 1/128 of their values. */
export interface RecordedHistogram {
  /** Its name. */
  readonly metric: string;
  /** Unit family: `time` is milliseconds, `data` bytes. */
  readonly contains: MetricContents;
  /** All of its tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** Values counted. */
  readonly count: number;
  /** Their sum, exactly. */
  readonly sum: number;
  /** The smallest, exactly. */
  readonly min: number;
  /** The largest, exactly. */
  readonly max: number;
  /** A bucket's value nearest to zero and its count, in turn, upwards. */
  readonly buckets: readonly number[];
}

/** A line that a script or the run itself logged. */
export interface RecordedLine extends LogEntry {
  /** Since the start of the load, milliseconds; 0 before it. */
  readonly elapsedMs: number;
}
