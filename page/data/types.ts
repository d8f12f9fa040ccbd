/**
 * What the page shows: plain data, made by the run's process and read by the browser.
 *
 * This file stands alone: the browser's code is checked against it without the engine's types.
 */

/** Name of the format. */
export const PAGE_SCHEMA = "downpour.page";
/** Its version: a page takes this one alone. */
export const PAGE_VERSION = 1;

/** Everything that one page shows. Names are as scripts and servers gave them: text, never markup. */
export interface PageData {
  readonly schema: typeof PAGE_SCHEMA;
  readonly version: typeof PAGE_VERSION;
  readonly run: PageRun;
  readonly now: PageNow;
  readonly timeline: PageTimeline;
  /** Histograms of rows, by their keys; live pages ask for them one by one. */
  readonly shapes: Readonly<Record<string, Shape>>;
  readonly log: readonly PageLine[];
  /** The first few calls that failed, of each kind. */
  readonly samples: readonly PageSample[];
}

/** What doesn't change while a run goes on. */
export interface PageRun {
  /** What ran: a script's path or a URL. */
  readonly name: string;
  /** ISO 8601; empty before the load began. */
  readonly startedAt: string;
  /** Name and value, as in `Deno`, `2.9.6`. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly scenarios: readonly PageScenario[];
}

/** One scenario, as its options have it. */
export interface PageScenario {
  readonly name: string;
  readonly executor: string;
  /** Most VUs that it can be given live; null where its VUs can't be set. */
  readonly maxVUs: number | null;
  /** VUs that it starts with, or that were set live. */
  readonly vus: number;
  /** Iterations a second that it starts with, or that were set live; null where that can't be set. */
  readonly rate: number | null;
  /** As far as a slider for the rate goes: twice what is planned, or what was set beyond that. */
  readonly maxRate: number;
}

/** Phases of a run; `ended` has a result, `lost` has none. */
export type PagePhase =
  | "init"
  | "setup"
  | "running"
  | "stopping"
  | "teardown"
  | "ended"
  | "lost";

/** How a run stands from second to second. */
export interface PageState {
  readonly phase: PagePhase;
  readonly paused: boolean;
  /** Since the start of the load, without pauses, milliseconds. */
  readonly elapsedMs: number;
  /** Planned length, milliseconds; null where it is not known. */
  readonly totalMs: number | null;
  readonly vus: number;
  readonly vusMax: number;
  /** What the run ended with; null while it goes on. */
  readonly exitCode: number | null;
}

/** All numbers of a run at a moment: totals so far. */
export interface PageNow {
  readonly state: PageState;
  readonly iterations: PageIterations;
  readonly metrics: readonly PageMetric[];
  readonly thresholds: readonly PageThreshold[];
  readonly checks: readonly PageCheck[];
  readonly rows: readonly PageRow[];
  readonly errors: readonly PageError[];
  /** What made the run fail beside thresholds. */
  readonly failures: readonly string[];
  /** Null while the run goes on. */
  readonly generator: PageGenerator | null;
}

/** How iterations started and ended. */
export interface PageIterations {
  readonly planned: number;
  readonly started: number;
  readonly completed: number;
  readonly interrupted: number;
  readonly dropped: number;
  readonly thrown: number;
  readonly late: number;
}

/** Kinds of metrics. */
export type PageMetricType = "counter" | "gauge" | "rate" | "trend";
/** Their units: milliseconds, bytes or none. */
export type PageContains = "default" | "time" | "data";

/** One metric over the whole load, its statistics by name as the summary has them. */
export interface PageMetric {
  readonly name: string;
  readonly type: PageMetricType;
  readonly contains: PageContains;
  readonly values: Readonly<Record<string, number>>;
}

/** One rule, judged. */
export interface PageThreshold {
  readonly metric: string;
  readonly expression: string;
  readonly ok: boolean;
  /** What was measured, and how far off it is. */
  readonly text: string;
}

/** One check. */
export interface PageCheck {
  /** Names of its groups, outermost first. */
  readonly groups: readonly string[];
  readonly name: string;
  readonly passes: number;
  readonly fails: number;
}

/** One line of the table: a part of the load. */
export interface PageRow {
  /** Unique among the rows: what its shape is found by. */
  readonly key: string;
  /** The table that it is in: `endpoint`, `scenario`, `group`, `protocol`, `shard`. */
  readonly table: PageTable;
  readonly name: string;
  /** The id of its family of metrics (`families.ts`). */
  readonly family: string;
  /** The part's tags in the timeline; null where that has none for it. */
  readonly tags: Readonly<Record<string, string>> | null;
  readonly count: number;
  /** Per second. */
  readonly rate: number;
  readonly failed: number;
  /** Milliseconds; null where nothing was timed. */
  readonly times: PageTimes | null;
  /** What is known of a shard; null for other rows. */
  readonly shard: PageShard | null;
}

/** How one shard stands, and where. */
export interface PageShard {
  readonly state: "running" | "silent" | "lost" | "done";
  /** Of all iterations that began, 0 to 1. */
  readonly share: number;
  /** In an iteration; at its end, the most that ever were. */
  readonly vus: number;
  /** Of each of its cores, 0 to 1. */
  readonly cpuShare: number;
  readonly lagP99Ms: number;
  /** The agent that it runs on; empty on this machine. */
  readonly agent: string;
  /** That agent's clock less this one's, milliseconds; null on this machine, and while not measured. */
  readonly clockOffsetMs: number | null;
  /** How far that may be off; null where that is null. */
  readonly clockErrorMs: number | null;
  /** How long after the first of all it began, milliseconds; null on this machine, and before. */
  readonly startMs: number | null;
  /** Records of what it measured that did not come; 0 on this machine. */
  readonly missing: number;
}

/** The tables. */
export type PageTable = "endpoint" | "scenario" | "group" | "protocol" | "shard";

/** Durations of one row, milliseconds. */
export interface PageTimes {
  readonly avg: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly "p99.9": number;
  readonly max: number;
}

/** One kind of error. */
export interface PageError {
  /** `status 503`, `connection refused (1212)`. */
  readonly text: string;
  readonly count: number;
  /** Where it was seen: an endpoint, a subject; empty where that is not known. */
  readonly where: string;
}

/** One call that failed. */
export interface PageSample {
  /** `status 503`, an error's code. */
  readonly kind: string;
  readonly method: string;
  readonly url: string;
  /** 0 without a response. */
  readonly status: number;
  /** What the error says; empty where a response came. */
  readonly message: string;
  /** The beginning of the response's body; null where there is none to be shown. */
  readonly body: string | null;
  /** What else there is to know of the body. */
  readonly note: string;
}

/** Whether the numbers can be trusted to be the target's. */
export interface PageGenerator {
  readonly verdict: "kept-up" | "limited";
  readonly reasons: readonly string[];
  /** 0 to 1. */
  readonly cpuShare: number;
  readonly loopLagP99Ms: number;
}

/**
 * A histogram: lower bound of a bucket (a sixteenth of an octave, on a logarithm) and its count, in
 * turn, upwards. A count may be a fraction.
 */
export interface Shape {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly buckets: readonly number[];
}

/** A line of the log. */
export interface PageLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly text: string;
  readonly source: "script" | "run";
  /** Since the start of the load, milliseconds. */
  readonly elapsedMs: number;
}

/** How the run went, step by step: the part of a record's timeline that the page draws. */
export interface PageTimeline {
  /** Milliseconds of a step. */
  readonly stepMs: number;
  readonly steps: number;
  readonly series: readonly PageSeries[];
}

/** One metric for one part of the load; columns as in a record's timeline. */
export interface PageSeries {
  readonly metric: string;
  readonly type: PageMetricType;
  /** Empty for the whole load. */
  readonly tags: Readonly<Record<string, string>>;
  readonly columns: Readonly<Record<string, readonly (number | null)[]>>;
  /** For each step pairs of heat bucket and count. */
  readonly heat?: readonly (readonly number[])[];
}

/** What came to a timeline since step `from`: its columns begin there. */
export interface TimelineDelta extends PageTimeline {
  readonly from: number;
}
