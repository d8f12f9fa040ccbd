/**
 * What a run looks like: the summary for a terminal, the same as data, and progress lines. Plain
 * functions from a {@linkcode RunResult} or {@linkcode RunProgress} to text or data; they print
 * nothing.
 *
 * @module
 */
export type { RunProgress, RunResult } from "../runner/mod.ts";
export { renderSummary, type SummaryOptions } from "./summary.ts";
export { markdownText, renderMarkdown } from "./markdown.ts";
export { type Verdict, verdicts } from "./verdicts.ts";
export { summaryData, summaryGroups } from "./summary_json.ts";
export { summaryExport } from "./summary_export.ts";
export type { ExportedGroup, SummaryExport } from "./summary_export.ts";
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
} from "./summary_types.ts";
export { sharedOrigin } from "./_endpoints.ts";
export { type GroupTimes, groupTimes, pathLabel } from "./_groups.ts";
export { type ErrorTimes, errorTimes } from "./_error_times.ts";
export { type LiveViewOptions, renderLive } from "./live_view.ts";
export type { LiveNumbers } from "./_live_numbers.ts";
export type { PacketNumbers } from "./_packet_numbers.ts";
export { packetsDisplay, type PacketsViewOptions, renderPackets } from "./packets_view.ts";
export {
  type ProgressDisplay,
  progressDisplay,
  type ProgressTarget,
  renderLog,
  renderProgress,
} from "./progress.ts";
export {
  formatBytes,
  formatCount,
  formatNumber,
  formatRate,
  formatShare,
  formatTime,
} from "./_format.ts";
export { type Style, style } from "./_style.ts";
export { type Cell, table, type TableOptions } from "./_table.ts";
export { displayWidth, plain } from "./_text.ts";
