/**
 * Where the running iteration stands (k6's `k6/execution`): read-only views of the virtual user
 * that runs the code, so they can be imported once and read anywhere.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import exec from "k6/execution";
 *
 * // Outside a run there is no virtual user:
 * assert.throws(() => exec.vu.idInTest, { code: "no_virtual_user" });
 * ```
 *
 * @module
 */
import { currentContext } from "../../metrics/mod.ts";
import { DownpourError, OptionError } from "../../internal/mod.ts";
import { InterruptedError } from "./errors.ts";
import { currentVu, type VuState } from "./vu_state.ts";

/** The running virtual user. Reading it outside a run throws `no_virtual_user`. */
export interface VuView {
  /** 1-based number, unique in the whole run. */
  readonly idInTest: number;
  /** 1-based number within this process. */
  readonly idInInstance: number;
  /** 0-based number of this virtual user's iteration, over all scenarios. */
  readonly iterationInInstance: number;
  /** What its samples are tagged with right now: a copy. */
  readonly tags: Readonly<Record<string, string>>;
}

/** The running scenario. Reading it outside a run throws `no_virtual_user`. */
export interface ScenarioView {
  /** Key in `options.scenarios`; `default` for one made from the shortcuts; empty in init, setup and teardown. */
  readonly name: string;
  /** Its executor's name. */
  readonly executor: string;
  /** When it began, milliseconds since the epoch. */
  readonly startTime: number;
  /** Share of it that is over, 0 to 1. */
  readonly progress: number;
  /** 0-based number of the iteration within the scenario, unique in the whole run. */
  readonly iterationInTest: number;
}

/** The process that runs the virtual user: its totals are not there yet, reading one throws `not_supported`. */
export interface InstanceView {
  /** Virtual users in an iteration right now. */
  readonly vusActive: number;
  /** Virtual users that exist. */
  readonly vusInitialized: number;
  /** Iterations that ran to their end. */
  readonly iterationsCompleted: number;
  /** Iterations that were cut off. */
  readonly iterationsInterrupted: number;
  /** Milliseconds since the start of the load. */
  readonly currentTestRunDuration: number;
}

/** The whole run. */
export interface TestView {
  /**
   * Ends the run: no iteration starts any more, and this one ends here by an error.
   *
   * @param reason said in the result, default `"test aborted"`
   */
  abort(reason?: string): never;
}

/** The running virtual user. */
export const vu: VuView = Object.freeze({
  get idInTest(): number {
    return state("vu.idInTest").idInTest;
  },
  get idInInstance(): number {
    return state("vu.idInInstance").idInInstance;
  },
  get iterationInInstance(): number {
    return state("vu.iterationInInstance").iterationInInstance;
  },
  get tags(): Readonly<Record<string, string>> {
    state("vu.tags");
    return Object.fromEntries(currentContext().tags.entries);
  },
});

/** The running scenario. */
export const scenario: ScenarioView = Object.freeze({
  get name(): string {
    return state("scenario.name").scenario;
  },
  get executor(): string {
    return state("scenario.executor").executor;
  },
  get startTime(): number {
    return state("scenario.startTime").scenarioStartedAt;
  },
  get progress(): number {
    return state("scenario.progress").progress();
  },
  get iterationInTest(): number {
    return state("scenario.iterationInTest").iterationInScenario;
  },
});

/** The process that runs the virtual user. */
export const instance: InstanceView = Object.freeze({
  get vusActive(): number {
    return missing("instance.vusActive");
  },
  get vusInitialized(): number {
    return missing("instance.vusInitialized");
  },
  get iterationsCompleted(): number {
    return missing("instance.iterationsCompleted");
  },
  get iterationsInterrupted(): number {
    return missing("instance.iterationsInterrupted");
  },
  get currentTestRunDuration(): number {
    return missing("instance.currentTestRunDuration");
  },
});

/** The whole run. */
export const test: TestView = Object.freeze({
  abort(reason: string = "test aborted"): never {
    if (typeof reason !== "string") {
      throw new OptionError("test.abort", `test.abort needs text as its reason: ${String(reason)}`);
    }
    state("test.abort").abort(reason);
    throw new InterruptedError(`Run aborted by the script: ${reason}`);
  },
});

/** All four views, as k6's `exec`. */
const execution: {
  readonly vu: VuView;
  readonly scenario: ScenarioView;
  readonly instance: InstanceView;
  readonly test: TestView;
} = Object.freeze({ vu, scenario, instance, test });

export default execution;

function state(what: string): VuState {
  const found = currentVu();
  if (found) return found;
  throw new DownpourError(
    "no_virtual_user",
    `Can't read ${what}: no virtual user is running (it is known only inside a run)`,
  );
}

function missing(what: string): never {
  throw new DownpourError("not_supported", `${what} is not supported yet`);
}
