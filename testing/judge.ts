import { ExitCode, formatDuration } from "../internal/mod.ts";
import { parseSelector } from "../metrics/mod.ts";
import { type Verdict, verdicts } from "../report/mod.ts";
import type { RunResult } from "../runner/mod.ts";
import type { LoadResult } from "./load.ts";

/** What a load is allowed. */
export interface LoadRules {
  /** Most iterations that may throw. Default: 0. */
  readonly maxThrown?: number;
}

/** One thing that is wrong with a load. */
export interface Fault {
  /** One line, or several where it brings a stack. */
  readonly message: string;
  /** The error that stands behind it. */
  readonly cause?: unknown;
}

/** Failed checks that are listed, and errors that are shown. */
const MOST_LISTED = 10;

/** A threshold and how it was judged, for people. */
export function thresholdVerdicts(result: RunResult): Verdict[] {
  return verdicts(result).filter(({ kind }) => kind === "threshold");
}

/** `http_req_duration p(95)<200 failed: 412ms, 212ms (106%) over 200ms`. */
export function thresholdText({ name, message }: Verdict): string {
  return `${name} failed: ${message}`;
}

/** Everything that is wrong with a load beside its thresholds, the gravest first. */
export function faultsOf(result: RunResult, rules: LoadRules = {}): Fault[] {
  return [
    ...result.failures.map((message): Fault => ({ message })),
    ...stopFaults(result),
    ...thrownFaults(result, rules.maxThrown ?? 0),
    ...checkFaults(result),
    ...emptyFaults(result),
  ];
}

function stopFaults({ exitCode, durationMs }: RunResult): Fault[] {
  if (exitCode !== ExitCode.signal) return [];
  return [{ message: `the load was stopped after ${formatDuration(durationMs)}` }];
}

function thrownFaults(result: RunResult, most: number): Fault[] {
  const { thrown, completed } = result.iterations;
  const { errors = [], thrown: first }: Partial<LoadResult> = result;
  if (thrown === 0 && errors.length > 0) {
    return [{ message: `something threw that nobody awaited: ${listOf(errors)}` }];
  }
  if (thrown <= most) return [];
  const allowed = most === 0 ? "" : ` (${most} may)`;
  const head = `${thrown} of ${completed} iterations threw${allowed}`;
  if (first !== undefined) {
    const { error } = first;
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const others = errors.slice(1).filter((line) => !/^\d+ more times?: /.test(line));
    const more = others.length > 0 ? `\n${listOf(others)}` : "";
    return [{ message: `${head}, the first with ${text}${more}`, cause: error }];
  }
  return [{ message: errors.length === 0 ? head : `${head}: ${listOf(errors)}` }];
}

/** Checks that failed; a threshold on `checks` says how many may, and is judged in their place. */
function checkFaults(result: RunResult): Fault[] {
  if (result.thresholds.some(({ metric }) => parseSelector(metric).metric === "checks")) return [];
  const failed = verdicts(result).filter(({ kind, ok }) => kind === "check" && !ok);
  if (failed.length === 0) return [];
  const lines = failed.slice(0, MOST_LISTED)
    .map(({ groups, name, message }) => `  ${[...groups, name].join(" › ")}: ${message}`);
  const more = failed.length - lines.length;
  if (more > 0) lines.push(`  and ${more} more`);
  return [{ message: `checks failed:\n${lines.join("\n")}` }];
}

/** A load that measured nothing has shown nothing. */
function emptyFaults({ iterations, failures }: RunResult): Fault[] {
  if (iterations.completed > 0 || failures.length > 0) return [];
  const { interrupted, dropped } = iterations;
  const why = interrupted > 0
    ? `${interrupted} did not end within gracefulStop`
    : dropped > 0
    ? `${dropped} were dropped`
    : "none was started";
  return [{ message: `not one iteration ran to its end: ${why}` }];
}

function listOf(texts: readonly string[]): string {
  const shown = texts.slice(0, MOST_LISTED).join("\n");
  const more = texts.length - MOST_LISTED;
  return more > 0 ? `${shown}\nand ${more} more` : shown;
}
