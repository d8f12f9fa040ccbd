import { VERSION } from "../internal/mod.ts";
import { summaryData, type SummaryOutput } from "../report/mod.ts";
import type { LogEntry, RunProgress, RunResult } from "../runner/mod.ts";
import { LogKeeper } from "./_log_keeper.ts";
import { type Machine, RECORD_SCHEMA, RECORD_VERSION, type RunRecord } from "./record.ts";
import { TimelineRecorder } from "./timeline.ts";
import { shardHistograms, totalsOf } from "./totals.ts";

/** What only the one who starts a run knows of it. */
export interface AboutRun {
  /** The script's path and the SHA-256 of its file; null for a quick run. */
  readonly script: RunRecord["script"];
  /** What its summary was drawn on. */
  readonly output?: SummaryOutput;
}

/** Follows a run by its events and makes its record at the end. */
export class RunRecorder {
  readonly #timeline = new TimelineRecorder();
  readonly #log = new LogKeeper();
  #elapsedMs = 0;

  /** Takes how the run stands: `progress` of `RunEvents`. Takes the numbers once a second. */
  progress(
    { metrics, elapsedMs, iterations }: Pick<RunProgress, "metrics" | "elapsedMs" | "iterations">,
  ): void {
    this.#elapsedMs = elapsedMs;
    this.#timeline.take(metrics, elapsedMs, false, iterations.late);
  }

  /** Takes a line: `log` of `RunEvents`, which has masked its secrets. */
  log(entry: LogEntry): void {
    this.#log.add({ ...entry, elapsedMs: Math.round(this.#elapsedMs) });
  }

  /** The record of the run that has ended with a result. Called once. */
  record(result: RunResult, { script, output }: AboutRun): RunRecord {
    const { late } = result.iterations;
    this.#timeline.take(result.metrics, Math.max(1, result.durationMs), true, late);
    return {
      schema: RECORD_SCHEMA,
      version: RECORD_VERSION,
      id: crypto.randomUUID(),
      name: result.name,
      startedAt: new Date(result.startedAt).toISOString(),
      durationMs: result.durationMs,
      machine: thisMachine(),
      script,
      summary: summaryData(result, output),
      exitCode: result.exitCode,
      thresholds: result.thresholds.map((outcome) => ({ ...outcome })),
      timeline: this.#timeline.timeline(),
      ...totalsOf(result.metrics),
      shardHistograms: shardHistograms(result.shards),
      log: this.#log.lines(),
      errorSamples: [...result.metrics.failures.all],
    };
  }
}

function thisMachine(): Machine {
  return {
    downpour: VERSION,
    deno: Deno.version.deno,
    os: Deno.build.os,
    arch: Deno.build.arch,
    cores: navigator.hardwareConcurrency || 0,
  };
}
