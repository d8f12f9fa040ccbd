import { DownpourError } from "../../internal/mod.ts";
import type { RunRecord } from "../record.ts";
import { type Difference, differenceOf } from "./difference.ts";
import { MeasuredRun } from "./measure.ts";
import { seededRandom } from "../../internal/mod.ts";
import { commonRows, type Row } from "./rows.ts";
import { type ChangeRule, ruleRows } from "./rules.ts";

/** A run to compare, and what it is called. */
export interface ComparedRun {
  readonly label: string;
  readonly record: RunRecord;
}

/** How runs are compared. */
export interface CompareOptions {
  /** How sure an interval is, 0 to 1: as rare as the rest are wrong verdicts. Default: 0.99. */
  readonly confidence?: number;
  /**
   * The least change that matters, relative; of shares a tenth of it, in points. Default: 0.05.
   */
  readonly relevance?: number;
  /** Seed of what is drawn: the same runs give the same intervals. Default: 1. */
  readonly seed?: number;
  /** Draws for each interval. Default: 2000. */
  readonly resamples?: number;
  /** What fails the comparison. Default: nothing. */
  readonly rules?: readonly ChangeRule[];
}

/** What became of a statistic. `different`: it changed, and nobody knows whether that is good. */
export type ChangeVerdict = "better" | "worse" | "different" | "noise";

/** One statistic, compared. */
export interface Change extends Row, Difference {
  readonly verdict: ChangeVerdict;
}

/** One rule, judged on what it is about. */
export interface JudgedRule {
  readonly rule: ChangeRule;
  readonly ok: boolean;
  /** What it was judged on; those that fail it first. */
  readonly changes: readonly Change[];
}

/** Two sides, compared. */
export interface Comparison {
  readonly before: readonly ComparedRun[];
  readonly after: readonly ComparedRun[];
  readonly confidence: number;
  readonly relevance: number;
  readonly seed: number;
  readonly resamples: number;
  /** The whole load first, then its parts. */
  readonly changes: readonly Change[];
  readonly rules: readonly JudgedRule[];
  /** What makes it less sure than it looks, one line for people each. */
  readonly notes: readonly string[];
}

/**
 * Compares runs. A statistic is better or worse when a repetition would change it the same way with
 * the confidence asked for, and the change matters; else it is noise.
 *
 * @throws {DownpourError} `compare_nothing` when the sides have nothing in common
 * @throws {OptionError} for a rule on what they don't have
 */
export function compareRuns(
  before: readonly ComparedRun[],
  after: readonly ComparedRun[],
  options: CompareOptions = {},
): Comparison {
  const { confidence = 0.99, relevance = 0.05, seed = 1, resamples = 2000, rules = [] } = options;
  const sides = [before, after].map((side) => side.map(({ record }) => new MeasuredRun(record)));
  const [was, is] = sides as [MeasuredRun[], MeasuredRun[]];
  const how = { confidence, relevance, resamples, seed };
  const compared = (row: Row): Change[] => {
    const change = changeOf(row, was, is, how);
    return change === null ? [] : [change];
  };
  const changes = commonRows(was, is).flatMap(compared);
  if (changes.length === 0) {
    const names = (side: readonly ComparedRun[]) => side.map(({ label }) => label).join(", ");
    throw new DownpourError(
      "compare_nothing",
      `run ${names(before)} and run ${
        names(after)
      } have no metric in common that could be compared`,
    );
  }
  const judged = rules.map((rule): JudgedRule => {
    const found = ruleRows(rule, [...was, ...is]).flatMap(compared);
    const failed = found.filter((change) => fails(rule, change));
    const rest = found.filter((change) => !failed.includes(change));
    return { rule, ok: failed.length === 0, changes: [...failed, ...rest] };
  });
  return {
    ...{ before, after, confidence, relevance, seed, resamples, changes },
    rules: judged,
    notes: notesOn(before, after),
  };
}

function changeOf(
  row: Row,
  was: readonly MeasuredRun[],
  is: readonly MeasuredRun[],
  { relevance, seed, ...how }: {
    confidence: number;
    relevance: number;
    resamples: number;
    seed: number;
  },
): Change | null {
  const measured = (side: readonly MeasuredRun[]) =>
    side.map((run) => run.measure(row.metric.name, row.tags, row.statistic))
      .filter((measure) => measure !== null);
  const [before, after] = [measured(was), measured(is)];
  if (before.length < was.length || after.length < is.length) return null;
  // The same statistic has the same interval wherever it is asked for.
  const random = seededRandom(
    seed ^ hashOf(JSON.stringify([row.metric.name, row.tags, row.statistic])),
  );
  const plain = row.scale !== "relative";
  const difference = differenceOf(before, after, { ...how, random, plain });
  if (difference === null) return null;
  const least = {
    relative: relevance,
    points: relevance / 10,
    plain: relevance * Math.max(difference.before, difference.after),
  }[row.scale];
  return { ...row, ...difference, verdict: verdictOf(difference, row.better, least) };
}

/** A number of a text (FNV-1a). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

function verdictOf(
  { change, interval: [low, high] }: Difference,
  better: Row["better"],
  least: number,
): ChangeVerdict {
  if ((low <= 0 && high >= 0) || Math.abs(change) < least) return "noise";
  if (better === 0) return "different";
  return Math.sign(change) === better ? "better" : "worse";
}

/** Whether a change goes beyond a rule's limit, and is no noise. */
function fails({ operator, limit, isRelative }: ChangeRule, change: Change): boolean {
  const { before, change: by, interval, scale } = change;
  const unit = scale === "relative"
    ? (isRelative ? 1 : before)
    : scale === "plain" && isRelative
    ? 1 / before
    : 1;
  const [value, low, high] = [by, interval[0], interval[1]].map((part) => part * unit) as [
    number,
    number,
    number,
  ];
  return operator === ">"
    ? value > limit && low > Math.min(0, limit)
    : value < limit && high < Math.max(0, limit);
}

function notesOn(before: readonly ComparedRun[], after: readonly ComparedRun[]): string[] {
  const notes: string[] = [];
  const all = [...before, ...after];
  const differ = (of: (record: RunRecord) => unknown) =>
    new Set(all.map(({ record }) => JSON.stringify(of(record)))).size > 1;
  for (const { label, record: { summary } } of all) {
    const { generator, shards } = summary.run;
    if (generator.verdict === "limited") {
      notes.push(`run ${label}: the generator was the limit: its numbers are not the target's`);
    }
    if (shards.some(({ state }) => state === "lost")) notes.push(`run ${label} lost a shard`);
  }
  if (differ(({ script }) => script?.sha256 ?? null)) notes.push("the scripts differ");
  if (differ(({ machine: { os, arch, cores } }) => [os, arch, cores])) {
    notes.push("the machines differ");
  }
  if (differ(({ summary }) => summary.run.options.scenarios)) {
    notes.push("the scenarios' options differ");
  }
  const short = all.filter(({ record }) => record.timeline.steps < 10);
  if (before.length === 1 && after.length === 1) {
    notes.push(
      "one run a side: how much runs differ by themselves is not known, and often more than this " +
        "(several a side tell it, as in 5,6,7 8,9,10)",
    );
    if (short.length > 0) {
      notes.push("under 10 s: how much the values of a run depend on each other is not known");
    }
  } else if (Math.min(before.length, after.length) < 3) {
    notes.push("fewer than 3 runs on a side know little of how runs differ: intervals are wide");
  }
  return notes;
}
