import { type Context, currentContext } from "../../metrics/mod.ts";
import type { RunOptions } from "../options/types.ts";

/**
 * What `k6/execution` shows of the running virtual user. The engine keeps one object a VU and
 * updates it in place before each iteration; scripts see it through read-only views.
 */
export interface VuState {
  /** 1-based, unique over all shards. */
  idInTest: number;
  /** 1-based, within this shard. */
  idInInstance: number;
  /** 0-based number of this VU's iteration, over all scenarios. */
  iterationInInstance: number;
  /** 0-based number of the iteration within its scenario, unique over all shards. */
  iterationInScenario: number;
  /** 0-based number of the iteration among those of its scenario in this shard. */
  iterationOfScenarioInInstance: number;
  /** Name of the scenario that runs now; empty during init, setup and teardown. */
  scenario: string;
  /** Its executor. */
  executor: string;
  /** When the scenario began, milliseconds since the epoch. */
  scenarioStartedAt: number;
  /** Share of the scenario that is over, 0 to 1. */
  progress(): number;
  /** Ends the whole run: the result says why. */
  abort(reason: string): void;
  /** Makes the run a failed one, and lets it go on. */
  fail(reason: string): void;
  /** Totals of this shard. */
  instance(): InstanceTotals;
  /** What the run goes by; null while that is not known. */
  readonly options: RunOptions | null;
}

/** What a shard knows of itself. */
export interface InstanceTotals {
  /** VUs in an iteration (closed models: in their loop). */
  readonly vusActive: number;
  /** VUs that exist. */
  readonly vusInitialized: number;
  /** Iterations that ran to their end. */
  readonly iterationsCompleted: number;
  /** Iterations that were cut off. */
  readonly iterationsInterrupted: number;
  /** Milliseconds since the start of the load, without pauses; 0 before. */
  readonly currentTestRunDuration: number;
}

/** Totals of a shard that has no load yet. */
export const NO_TOTALS: InstanceTotals = {
  vusActive: 0,
  vusInitialized: 0,
  iterationsCompleted: 0,
  iterationsInterrupted: 0,
  currentTestRunDuration: 0,
};

const VU_STATE = Symbol("downpour.vu");
const VU_CONTEXT = Symbol("downpour.vu.context");

/** Makes `state` what `currentVu` finds in `context`. */
export function attachVu(context: Context, state: VuState): void {
  context.locals.set(VU_STATE, state);
  context.locals.set(VU_CONTEXT, context);
}

/**
 * Tags everything that the running virtual user records from now on, in the current group too;
 * without a value, takes the tag off. What the engine records of an iteration has the tags of its end.
 */
export function tagVu(name: string, value: string | undefined): void {
  const current = currentContext();
  const root = current.locals.get(VU_CONTEXT) as Context | undefined;
  for (const context of new Set([current, root ?? current])) {
    const entries = context.tags.entries.filter(([key]) => key !== name);
    const without = context.recorder.tags.withAll(Object.fromEntries(entries));
    const tags = value === undefined ? without : context.tags.with(name, value);
    Object.assign(context, { tags });
  }
}

/** The running virtual user, or undefined outside the runner. */
export function currentVu(): VuState | undefined {
  return currentContext().locals.get(VU_STATE) as VuState | undefined;
}
