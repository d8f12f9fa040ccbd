import type { Change, ComparedRun, Comparison } from "./compare.ts";
import { statisticName } from "./statistic.ts";

/** One statistic's change, as JSON has it. */
export interface ChangeData {
  readonly metric: string;
  /** Empty for the whole load. */
  readonly tags: Readonly<Record<string, string>>;
  /** `p99`, `avg`, `rate` (per second) or `share` (0 to 1). */
  readonly statistic: string;
  readonly before: number;
  readonly after: number;
  /** What `change` is: `relative` to `before`, `points` of a share, `plain` per second. */
  readonly scale: Change["scale"];
  readonly change: number;
  readonly interval: readonly [low: number, high: number];
  readonly verdict: Change["verdict"];
}

/** A comparison as `downpour compare --json` prints it. */
export interface ComparisonData {
  /** Goes up when a field changes its meaning or goes away. */
  readonly schemaVersion: 1;
  readonly before: readonly RunData[];
  readonly after: readonly RunData[];
  readonly confidence: number;
  readonly relevance: number;
  readonly seed: number;
  readonly resamples: number;
  readonly changes: readonly ChangeData[];
  readonly rules: readonly {
    readonly rule: string;
    readonly ok: boolean;
    readonly changes: readonly ChangeData[];
  }[];
  readonly notes: readonly string[];
}

/** A compared run, as JSON has it. */
export interface RunData {
  /** Its number or path. */
  readonly run: string;
  readonly id: string;
  readonly name: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
}

/** A comparison as data. */
export function comparisonData(comparison: Comparison): ComparisonData {
  const { before, after, confidence, relevance, seed, resamples, changes, notes } = comparison;
  return {
    schemaVersion: 1,
    before: before.map(runData),
    after: after.map(runData),
    ...{ confidence, relevance, seed, resamples },
    changes: changes.map(changeData),
    rules: comparison.rules.map(({ rule, ok, changes }) => ({
      rule: rule.text,
      ok,
      changes: changes.map(changeData),
    })),
    notes,
  };
}

function runData({ label, record: { id, name, startedAt, durationMs } }: ComparedRun): RunData {
  return { run: label, id, name, startedAt, durationMs };
}

function changeData(change: Change): ChangeData {
  const { metric, tags, statistic, before, after, scale, change: by, interval, verdict } = change;
  return {
    metric: metric.name,
    ...{ tags, statistic: statisticName(statistic), before, after, scale },
    ...{ change: by, interval, verdict },
  };
}
