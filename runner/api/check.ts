import { type Context, currentContext, type Metric } from "../../metrics/mod.ts";
import { isThenable, OptionError } from "../../internal/mod.ts";

const CHECKS: Metric = { name: "checks", type: "rate", contains: "default" };

/** What a check may come to without a promise: truthy passes. */
export type CheckOutcome = boolean | string | number | bigint | null | undefined;

/** Checks by name: a function of the checked value, or a value that is already there. */
export type Checks<T> = Readonly<Record<string, CheckOutcome | ((value: T) => CheckOutcome)>>;

/** Checks of which some may return a promise. */
export type AsyncChecks<T> = Readonly<Record<string, unknown | ((value: T) => unknown)>>;

/** What one call has seen so far. */
interface Tally {
  passed: boolean;
  thrown: { error: unknown } | null;
}

/**
 * Tests `value` and records each outcome in the rate `checks`, tagged with the check's name and
 * the current group. A failed check does not end the iteration.
 *
 * All checks run, in order, each counted once. One that throws counts as failed; when all have
 * run, the first error is thrown on. If any check returns a promise, so does `check`: the
 * outcome is known, and recorded, when it settles.
 *
 * @param value handed to each function
 * @param sets checks by name; a name must not be empty or hold `::`
 * @param tags added to the recorded outcomes
 * @returns whether all passed
 * @throws {OptionError} when `sets` is not an object of checks or a name is unusable
 */
export function check<T>(
  value: T,
  sets: Checks<T>,
  tags?: Readonly<Record<string, string>>,
): boolean;
/** The same with checks that may return promises. */
export function check<T>(
  value: T,
  sets: AsyncChecks<T>,
  tags?: Readonly<Record<string, string>>,
): boolean | Promise<boolean>;
export function check<T>(
  value: T,
  sets: AsyncChecks<T>,
  tags?: Readonly<Record<string, string>>,
): boolean | Promise<boolean> {
  if (typeof sets !== "object" || sets === null) {
    throw new OptionError("check", `check needs an object of checks by name: ${String(sets)}`);
  }
  const context = currentContext();
  const base = tags ? context.tags.withAll(tags) : context.tags;
  const tally: Tally = { passed: true, thrown: null };
  let waiting: Promise<void>[] | undefined;
  for (const name of Object.keys(sets)) {
    if (name === "" || name.includes("::")) {
      throw new OptionError("check", `check name can't be empty or hold "::": "${name}"`);
    }
    const named = context.systemTags.has("check") ? base.with("check", name) : base;
    const sink = context.recorder.sink(CHECKS, named);
    let outcome: unknown;
    try {
      const test = sets[name];
      outcome = typeof test === "function" ? test(value) : test;
    } catch (error) {
      tally.thrown ??= { error };
    }
    if (isThenable(outcome)) (waiting ??= []).push(settle(outcome, sink, tally));
    else count(!!outcome, sink, tally);
  }
  return waiting ? Promise.all(waiting).then(() => finish(tally)) : finish(tally);
}

async function settle(
  outcome: PromiseLike<unknown>,
  sink: ReturnType<Context["recorder"]["sink"]>,
  tally: Tally,
): Promise<void> {
  let passed = false;
  try {
    passed = !!await outcome;
  } catch (error) {
    tally.thrown ??= { error };
  }
  count(passed, sink, tally);
}

function count(
  passed: boolean,
  sink: ReturnType<Context["recorder"]["sink"]>,
  tally: Tally,
): void {
  sink.add(passed ? 1 : 0);
  if (!passed) tally.passed = false;
}

function finish(tally: Tally): boolean {
  if (tally.thrown) throw tally.thrown.error;
  return tally.passed;
}
