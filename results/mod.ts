/**
 * What is kept of a run: one record that summary, page, report and comparison read.
 *
 * @module
 */
export {
  type Machine,
  RECORD_SCHEMA,
  RECORD_VERSION,
  type RecordedHistogram,
  type RunRecord,
  type Timeline,
  type TimelineSeries,
} from "./record.ts";
