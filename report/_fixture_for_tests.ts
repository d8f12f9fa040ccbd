import { Histogram, type MetricContents, type MetricType, Registry } from "../metrics/mod.ts";
import type {
  IterationCounts,
  RunOptions,
  RunProgress,
  RunResult,
  ShardReport,
} from "../runner/mod.ts";

/** Counts of iterations, zero unless given. */
export function counts(given: Partial<IterationCounts> = {}): IterationCounts {
  return {
    planned: 0,
    started: 0,
    completed: 0,
    interrupted: 0,
    dropped: 0,
    thrown: 0,
    late: 0,
    ...given,
  };
}

/** Options of a run of ten seconds with ten users. */
export function runOptions(given: Partial<RunOptions> = {}): RunOptions {
  return {
    scenarios: [{
      name: "default",
      executor: "constant-vus",
      vus: 10,
      durationMs: 10_000,
      startTimeMs: 0,
      gracefulStopMs: 30_000,
      exec: "default",
      env: {},
      tags: {},
    }],
    segment: { offset: 0, stride: 1 },
    thresholds: {},
    tags: {},
    systemTags: [],
    paused: false,
    linger: false,
    setupTimeoutMs: 60_000,
    teardownTimeoutMs: 60_000,
    handleSummaryTimeoutMs: 120_000,
    minIterationDurationMs: 0,
    noSetup: false,
    noTeardown: false,
    noThresholds: false,
    summaryTrendStats: ["avg", "min", "med", "max", "p(90)", "p(95)"],
    summaryTimeUnit: null,
    summaryMode: "compact",
    client: {},
    ...given,
  };
}

/** A registry that takes samples by name. */
export class Samples {
  readonly registry: Registry = new Registry();

  /** Adds values to a series. */
  add(
    name: string,
    type: MetricType,
    values: readonly number[],
    tags: Record<string, string> = {},
    contains: MetricContents = "default",
  ): this {
    const sink = this.registry.sink({ name, type, contains }, this.registry.tags.withAll(tags));
    for (const value of values) sink.add(value);
    return this;
  }

  /** Adds requests of one kind: a duration each. */
  requests(
    method: string,
    name: string,
    status: string,
    durations: readonly number[],
    error = "",
  ): this {
    const failed = !/^[23]/.test(status);
    const tags: Record<string, string> = {
      method,
      name,
      status,
      expected_response: String(!failed),
    };
    if (error !== "") Object.assign(tags, { error, error_code: "1220" });
    else if (failed) tags["error_code"] = String(1000 + Number(status));
    this.add("http_reqs", "counter", [durations.length], tags);
    this.add("http_req_failed", "rate", durations.map(() => (failed ? 1 : 0)), tags);
    this.add("http_req_duration", "trend", durations, tags, "time");
    for (const phase of ["blocked", "connecting", "tls_handshaking", "sending", "receiving"]) {
      this.add(`http_req_${phase}`, "trend", durations.map(() => 0), tags, "time");
    }
    return this.add("http_req_waiting", "trend", durations, tags, "time");
  }
}

/** A shard's end with given parts. */
export function shardReport(index: number, given: Partial<ShardReport> = {}): ShardReport {
  return {
    ...{ index, name: `shard ${index}`, state: "done", reason: null, instead: null },
    ...{ iterations: counts(), share: 0.5, vus: 5, cpuShare: 0.61, lagP99Ms: 2, link: null },
    durations: new Histogram(),
    ...given,
  };
}

/** A finished run with given parts. */
export function runResult(metrics: Registry, given: Partial<RunResult> = {}): RunResult {
  return {
    name: "load.ts",
    options: runOptions(),
    startedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
    durationMs: 10_000,
    pausedMs: 0,
    metrics,
    thresholds: [],
    iterations: counts({ planned: 100, started: 100, completed: 100 }),
    generator: {
      cpuSeconds: 12.2,
      cpuShare: 0.61,
      loopLagP99Ms: 2,
      open: null,
      verdict: "kept-up",
      reasons: [],
    },
    shards: [0, 1].map((index) =>
      shardReport(index, { iterations: counts({ planned: 50, started: 50, completed: 50 }) })
    ),
    complete: true,
    outputs: [],
    vusMax: 10,
    failures: [],
    exitCode: 0,
    handleSummary: null,
    ...given,
  };
}

/** A run under way. */
export function runProgress(metrics: Registry, given: Partial<RunProgress> = {}): RunProgress {
  return {
    phase: "running",
    paused: false,
    elapsedMs: 5_000,
    totalMs: 10_000,
    vus: 10,
    vusMax: 10,
    iterations: counts({ planned: 500, started: 500, completed: 490 }),
    shards: [],
    metrics,
    ...given,
  };
}
