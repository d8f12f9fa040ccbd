import type { RunResult } from "../runner/mod.ts";
import type { RunRecord } from "./record.ts";
import { metricsOf } from "./totals.ts";

/** The result of a run that was kept: what summaries and reports of it are made from. */
export function resultOf(record: RunRecord): RunResult {
  const { run, state } = record.summary;
  return {
    name: record.name,
    options: run.options,
    startedAt: Date.parse(record.startedAt),
    durationMs: state.testRunDurationMs,
    pausedMs: run.pausedMs,
    metrics: metricsOf(record),
    thresholds: [...record.thresholds],
    iterations: run.iterations,
    generator: run.generator,
    shards: run.shards,
    outputs: run.outputs,
    vusMax: run.vusMax,
    failures: run.failures,
    exitCode: record.exitCode,
    handleSummary: null,
  };
}
