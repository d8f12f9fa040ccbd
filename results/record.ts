import type { MetricContents, MetricType } from "../metrics/mod.ts";
import type { SummaryData } from "../report/mod.ts";
import type { LogEntry } from "../runner/mod.ts";

/** Name of the format, first in every file of it. */
export const RECORD_SCHEMA = "downpour.run";
/** Its version: readers take this one, and say so of any other. */
export const RECORD_VERSION = 1;

/** All that is kept of a run: summary, page, report and comparison read nothing else. */
export interface RunRecord {
  readonly schema: typeof RECORD_SCHEMA;
  readonly version: typeof RECORD_VERSION;
  /** UUID of the run. */
  readonly id: string;
  /** What ran: a script's path or a URL. */
  readonly name: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly machine: Machine;
  /** The script's path and its bundle's SHA-256, hexadecimal; null for a quick run. */
  readonly script: { readonly path: string; readonly sha256: string } | null;
  /** As `--summary-export` writes it: metrics, thresholds, checks, endpoints, options, health. */
  readonly summary: SummaryData;
  readonly exitCode: number;
  readonly timeline: Timeline;
  /** Whole histograms of the trends, for comparison: all series that the summary shows. */
  readonly histograms: readonly RecordedHistogram[];
  /** The first lines and the last ones, secrets redacted. */
  readonly log: readonly LogEntry[];
}

/** What a run was made with and on. */
export interface Machine {
  /** Versions. */
  readonly downpour: string;
  readonly deno: string;
  readonly os: string;
  readonly arch: string;
  readonly cores: number;
}

/** How the run went, step by step. Steps grow (1 s, 2 s, 4 s …) so that there are never over 3600. */
export interface Timeline {
  /** Milliseconds of a step. */
  readonly stepMs: number;
  /** Number of steps; each column below has as many entries. */
  readonly steps: number;
  readonly series: readonly TimelineSeries[];
}

/** One metric for one part of the load. */
export interface TimelineSeries {
  readonly metric: string;
  readonly type: MetricType;
  readonly contains: MetricContents;
  /** Empty for the whole load; else one of `scenario`, `name`+`method`, `status`, `shard`, `proto`. */
  readonly tags: Readonly<Record<string, string>>;
  /**
   * By name, one number a step (null where there was nothing). Counter: `sum`. Gauge: `value`,
   * `min`, `max`. Rate: `passes`, `total`. Trend: `count`, `sum`, `min`, `max`, `p50`, `p90`,
   * `p99`, `p99.9`.
   */
  readonly columns: Readonly<Record<string, readonly (number | null)[]>>;
  /** Trends of the whole load: for each step, pairs of bucket and count (`heatBounds` tells them). */
  readonly heat?: readonly (readonly number[])[];
}

/** One trend series whole: buckets no wider than 1/128 of their values. */
export interface RecordedHistogram {
  readonly metric: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** Lower bound of a bucket and its count, in turn, upwards. */
  readonly buckets: readonly number[];
}
