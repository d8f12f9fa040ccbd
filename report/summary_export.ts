import type { SummaryCheck, SummaryData, SummaryGroup, SummaryMetric } from "./summary_types.ts";

/** A group as k6's `--summary-export` has it: what is inside it stands under its name. */
export interface ExportedGroup {
  /** Its own name; empty for the root. */
  name: string;
  /** Names of its groups, joined with `::`. */
  path: string;
  /** MD5 of `path`, hexadecimal. */
  id: string;
  /** The groups inside it, by name. */
  groups: Record<string, ExportedGroup>;
  /** Its checks, by name. */
  checks: Record<string, SummaryCheck>;
}

/** A run as k6's `--summary-export` has it. */
export interface SummaryExport {
  /** Groups and checks. */
  root_group: ExportedGroup;
  /**
   * Values of each metric by their names; the share of a rate is `value`. In `thresholds`, true is
   * a rule that was broken, as in k6.
   */
  metrics: Record<string, Record<string, number | Record<string, boolean>>>;
}

/** A run in the shape of k6's `--summary-export`, for what was made to read that. */
export function summaryExport({ root_group, metrics }: SummaryData): SummaryExport {
  return {
    root_group: exportedGroup(root_group),
    metrics: Object.fromEntries(
      Object.entries(metrics).map(([name, metric]) => [name, exportedMetric(metric)]),
    ),
  };
}

function exportedMetric(
  { type, values, thresholds }: SummaryMetric,
): Record<string, number | Record<string, boolean>> {
  const named = type === "rate"
    ? Object.entries(values).map(([name, value]) => [name === "rate" ? "value" : name, value])
    : Object.entries(values);
  if (thresholds === undefined) return Object.fromEntries(named);
  const broken = Object.entries(thresholds).map(([rule, { ok }]) => [rule, !ok]);
  return { ...Object.fromEntries(named), thresholds: Object.fromEntries(broken) };
}

function exportedGroup({ name, path, id, groups, checks }: SummaryGroup): ExportedGroup {
  return {
    ...{ name, path, id },
    groups: Object.fromEntries(groups.map((group) => [group.name, exportedGroup(group)])),
    checks: Object.fromEntries(checks.map((check) => [check.name, check])),
  };
}
