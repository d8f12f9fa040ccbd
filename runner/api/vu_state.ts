import { type Context, currentContext } from "../../metrics/mod.ts";

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
}

const VU_STATE = Symbol("downpour.vu");

/** Makes `state` what `currentVu` finds in `context`. */
export function attachVu(context: Context, state: VuState): void {
  context.locals.set(VU_STATE, state);
}

/** The running virtual user, or undefined outside the runner. */
export function currentVu(): VuState | undefined {
  return currentContext().locals.get(VU_STATE) as VuState | undefined;
}
