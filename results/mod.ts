/**
 * What is kept of a run: one record that summary, page, report and comparison read. Its JSON Schema
 * is `results/record.schema.json`.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { startRun } from "@downpour/downpour/runner";
 * import { readRun, RunRecorder, saveRun } from "@downpour/downpour/results";
 *
 * const recorder = new RunRecorder();
 * const { result } = startRun({
 *   source: { kind: "builtin", name: "nothing", args: null, title: "nothing" },
 *   overrides: { vus: 2, iterations: 10 },
 *   env: {},
 *   inline: true,
 *   shardEntry: new URL(import.meta.url),
 *   setup: { modules: {}, builtins: { nothing: () => ({ default: () => {} }) } },
 *   allowNet: [],
 *   allowRead: [],
 * }, { progress: (progress) => recorder.progress(progress) });
 * const record = recorder.record(await result, { script: null });
 *
 * const folder = await Deno.makeTempDir();
 * assert.equal((await saveRun(folder, record)).number, 1);
 * const { record: read } = await readRun(folder, "last");
 * assert.equal(read.summary.metrics["iterations"]?.values["count"], 10);
 * await Deno.remove(folder, { recursive: true });
 * ```
 *
 * @module
 */
export {
  type Machine,
  OTHER,
  RECORD_SCHEMA,
  RECORD_VERSION,
  type RecordedHistogram,
  type RecordedLine,
  type RecordedSeries,
  type RunRecord,
  type Timeline,
  type TimelineSeries,
} from "./record.ts";
export { heatBounds, heatBucket } from "./heat.ts";
export { type TimelineLimits, TimelineRecorder } from "./timeline.ts";
export { type AboutRun, RunRecorder } from "./recorder.ts";
export { metricsOf, type Totals, totalsOf } from "./totals.ts";
export { resultOf } from "./restore.ts";
export { checkRecord } from "./check.ts";
export { RecordError, type RecordErrorCode } from "./errors.ts";
export {
  type ListedRun,
  listRuns,
  numberBefore,
  readRecord,
  type ReadRun,
  readRun,
  RUNS_FOLDER,
  type SavedRun,
  type SaveOptions,
  saveRun,
} from "./store/mod.ts";
export type {
  SummaryCheck,
  SummaryData,
  SummaryEndpoint,
  SummaryGroup,
  SummaryGroupTimes,
  SummaryMetric,
  SummaryOutput,
  SummaryRun,
  SummaryScenario,
  SummaryShard,
  SummaryTimes,
} from "../report/mod.ts";
