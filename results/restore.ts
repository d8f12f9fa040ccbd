import { Histogram, restoreHistogram } from "../metrics/mod.ts";
import type { SummaryShard } from "../report/mod.ts";
import type { RunResult, ShardReport } from "../runner/mod.ts";
import type { RunRecord } from "./record.ts";
import { metricsOf } from "./totals.ts";

/** A shard with what records of runs before there were agents don't tell. */
function shardOf(
  kept: SummaryShard,
  histograms: RunRecord["shardHistograms"] = [],
): ShardReport {
  const known: Partial<SummaryShard> = kept;
  const own = histograms.find(({ tags }) => tags["shard"] === String(kept.index));
  const durations = own === undefined ? new Histogram() : restoreHistogram(own);
  const unknown = { instead: null, share: 0, vus: 0, cpuShare: 0, lagP99Ms: 0, link: null };
  return { ...unknown, ...kept, durations, name: known.name ?? `shard ${kept.index}` };
}

/** The result of a run that was kept: what summaries and reports of it are made from. */
export function resultOf(record: RunRecord): RunResult {
  const { run, state } = record.summary;
  const metrics = metricsOf(record);
  metrics.failures.merge(record.errorSamples ?? []);
  return {
    name: record.name,
    options: run.options,
    startedAt: Date.parse(record.startedAt),
    durationMs: state.testRunDurationMs,
    pausedMs: run.pausedMs,
    metrics,
    thresholds: [...record.thresholds],
    iterations: run.iterations,
    generator: run.generator,
    shards: run.shards.map((shard) => shardOf(shard, record.shardHistograms)),
    complete: run.complete ?? true,
    outputs: run.outputs,
    vusMax: run.vusMax,
    failures: run.failures,
    exitCode: record.exitCode,
    handleSummary: null,
  };
}
