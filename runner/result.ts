import type { Histogram, Registry } from "../metrics/mod.ts";
import type { RunOptions } from "./options/types.ts";
import type { LinkInfo } from "./link_info.ts";

/**
 * How the iterations of a run ended. Always `planned = started + dropped` and
 * `started = completed + interrupted`.
 */
export interface IterationCounts {
  /** Iterations that the scenarios asked for (closed models without a count: those started). */
  planned: number;
  /** Began, in time or late. */
  started: number;
  /** Ran to their end, thrown ones too. */
  completed: number;
  /** Cut off by the graceful stop, a second Ctrl-C or the death of their shard. */
  interrupted: number;
  /** Never started: no free VU, out of time, or their shard died first. */
  dropped: number;
  /** Completed by throwing. */
  thrown: number;
  /** Started more than 10 ms after their planned time (open model). */
  late: number;
}

/** How the iterations of arrival-rate scenarios started. */
export interface OpenModelHealth {
  /** Began, in time or late. */
  started: number;
  /** Never started: every VU was busy, or the scenario ended first. */
  dropped: number;
  /** Started more than 10 ms after their planned time. */
  late: number;
  /** Of the late ones: those for which no VU had been free. */
  waited: number;
  /** 99th percentile of the time from planned to real start, milliseconds, within 10 %. */
  startLatenessP99Ms: number;
}

/** Whether the numbers can be trusted to be the target's. */
export interface GeneratorHealth {
  /** User and system CPU of all processes of the run. */
  cpuSeconds: number;
  /** CPU seconds per second and shard, 0 to 1 (more with helper threads). */
  cpuShare: number;
  /** 99th percentile of how late the shards' event loops were. */
  loopLagP99Ms: number;
  /** How iterations that start by the clock (arrival-rate scenarios) started; null without any. */
  open: OpenModelHealth | null;
  /** `kept-up`, or `limited` when the generator held the load back. */
  verdict: "kept-up" | "limited";
  /** Why, one short clause each; empty when it kept up. */
  reasons: string[];
}

/** One rule, judged. */
export interface ThresholdOutcome {
  /** The key as written, for example `http_req_duration{status:200}`. */
  metric: string;
  /** The rule as written, for example `p(95)<500`. */
  expression: string;
  /** Whether it held at the end, and never ended the run. */
  ok: boolean;
  /** The value it was judged on; null when there were no samples. */
  value: number | null;
}

/** A shard at a moment, or at its end. */
export interface ShardView {
  /** 0-based. */
  index: number;
  /** For people: `shard 1 (pid 4711)`. */
  name: string;
  /**
   * `running` until it is over; `silent` when nothing was heard of it lately; `lost` when it died,
   * hung or broke the protocol; `done`.
   */
  state: "running" | "silent" | "lost" | "done";
  /** Why it was lost. */
  reason: string | null;
  /** The lost shard whose work it took over; null for one that was there from the start. */
  instead: number | null;
  /** Its part of the totals. */
  iterations: IterationCounts;
  /** `iteration_duration` of it alone, milliseconds: counts on while the run goes on. */
  durations: Histogram;
  /** Its part of the iterations that began, 0 to 1. */
  share: number;
  /** Its VUs that are in an iteration; at its end, the most that ever were. */
  vus: number;
  /** CPU seconds per second of the load and core that it has, 0 to 1 (more with helper threads). */
  cpuShare: number;
  /** 99th percentile of how late its event loops were, milliseconds. */
  lagP99Ms: number;
  /** Where it runs, and what is known of the way to it; null on this machine. */
  link: LinkInfo | null;
}

/** One shard's end. */
export interface ShardReport extends ShardView {
  /** `done`, or `lost` when it died, hung or broke the protocol. */
  state: "done" | "lost";
}

/** How one output ended. */
export interface OutputReport {
  /** Its name. */
  readonly name: string;
  /** Samples or points that it brought to where they go. */
  readonly written: number;
  /** Those it did not: its queue was full, they were refused, or time was up. */
  readonly dropped: number;
  /** How often something failed; what succeeded when tried again counts too. */
  readonly errors: number;
  /** The first thing that failed; null when nothing did. */
  readonly firstError: string | null;
}

/** Everything known at the end of a run: the summary, JSON and reports are made from this alone. */
export interface RunResult {
  /** What ran: a script's path or a URL. */
  name: string;
  /** What it ran by: defaults, script and flags put together. */
  options: RunOptions;
  /** When the load began, milliseconds since the epoch. */
  startedAt: number;
  /** From the start of the load to its end, without setup, teardown and pauses. */
  durationMs: number;
  /** How long the load was paused, milliseconds. */
  pausedMs: number;
  /** The merged series of all shards. */
  metrics: Registry;
  /** Every rule, judged, in the order of the options. */
  thresholds: ThresholdOutcome[];
  /** Totals over all shards and scenarios. */
  iterations: IterationCounts;
  /** Whether the generator kept up. */
  generator: GeneratorHealth;
  /** How each shard ended, and its part. */
  shards: ShardReport[];
  /** Whether all that shards measured is in it; `failures` says what is missing. */
  complete: boolean;
  /** How each output ended, in the order of the request. */
  outputs: OutputReport[];
  /** Most VUs that ran at once. */
  vusMax: number;
  /** What made the run fail beside thresholds, one line for people each. */
  failures: string[];
  /** 0, or k6's code for the way it ended (`ExitCode`). */
  exitCode: number;
  /** `path → text` that the script's `handleSummary` returned (`stdout` and `stderr` are such paths); null without one. */
  handleSummary: Record<string, string> | null;
}

/** What happens during a run, for a progress display. All numbers are totals so far. */
export interface RunProgress {
  /** `init`, `setup`, `running`, `stopping`, `teardown`. */
  phase: "init" | "setup" | "running" | "stopping" | "teardown";
  /** Whether no iteration starts at the moment, until the run is resumed. */
  paused: boolean;
  /** Since the start of the load, without pauses. */
  elapsedMs: number;
  /** Planned length of the load, when it is known. */
  totalMs: number | null;
  /** VUs that are in an iteration right now. */
  vus: number;
  /** VUs that exist. */
  vusMax: number;
  /** Iterations so far. */
  iterations: IterationCounts;
  /** Every shard that was started. */
  shards: readonly ShardView[];
  /** Merged so far. */
  metrics: Registry;
}

/** A line that a script or the run itself logs. */
export interface LogEntry {
  /** As with `console`. */
  level: "debug" | "info" | "warn" | "error";
  /** Whole text; may have several lines. */
  text: string;
  /** `script` for `console` calls and thrown iterations, `run` for our own. */
  source: "script" | "run";
}
