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
import type { RunOptions } from "../options/types.ts";
import { InterruptedError } from "./errors.ts";
import { k6Options } from "./_k6_options.ts";
import { currentVu, type InstanceTotals, tagVu, type VuState } from "./vu_state.ts";

/** One object for all readers, made when the first one asks. */
const shownOptions = new WeakMap<RunOptions, Readonly<Record<string, unknown>>>();

/** The running virtual user. Reading it outside a run throws `no_virtual_user`. */
export interface VuView {
  /** 1-based number, unique in the whole run. */
  readonly idInTest: number;
  /** 1-based number within this process. */
  readonly idInInstance: number;
  /** 0-based number of this virtual user's iteration, over all scenarios. */
  readonly iterationInInstance: number;
  /** 0-based number of this virtual user's iteration in its scenario. */
  readonly iterationInScenario: number;
  /** The same as `metrics.tags` (k6's older name). */
  readonly tags: Record<string, string>;
  /** What its samples carry. */
  readonly metrics: {
    /**
     * What its samples are tagged with right now. Setting one tags all that follow, in later
     * iterations too, and what is recorded of this iteration when it ends (`iterations`,
     * `iteration_duration`); `delete` takes it off. Values become text.
     */
    readonly tags: Record<string, string>;
  };
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
  /** 0-based number of the iteration among those of the scenario in this process. */
  readonly iterationInInstance: number;
  /** 0-based number of the iteration within the scenario, unique in the whole run. */
  readonly iterationInTest: number;
}

/** The process that runs the virtual user: one shard of the run. */
export type InstanceView = InstanceTotals;

/** The whole run. */
export interface TestView {
  /**
   * Ends the run: no iteration starts any more, and this one ends here by an error.
   *
   * @param reason said in the result, default `"test aborted"`
   */
  abort(reason?: string): never;
  /**
   * Makes the run a failed one (exit code 110), which goes on all the same.
   *
   * @param reason said in the result, default `"test marked as failed"`
   */
  fail(reason?: string): void;
  /**
   * What the run goes by: defaults, script, environment and flags put together, with k6's names;
   * the shortcuts as the scenario `default`. Frozen.
   */
  readonly options: Readonly<Record<string, unknown>>;
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
  get iterationInScenario(): number {
    // A virtual user here belongs to one scenario.
    return state("vu.iterationInScenario").iterationInInstance;
  },
  get tags(): Record<string, string> {
    state("vu.tags");
    return tagsView();
  },
  get metrics(): { readonly tags: Record<string, string> } {
    state("vu.metrics");
    return Object.freeze({ tags: tagsView() });
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
  get iterationInInstance(): number {
    return state("scenario.iterationInInstance").iterationOfScenarioInInstance;
  },
  get iterationInTest(): number {
    return state("scenario.iterationInTest").iterationInScenario;
  },
});

/** The process that runs the virtual user. */
export const instance: InstanceView = Object.freeze({
  get vusActive(): number {
    return state("instance.vusActive").instance().vusActive;
  },
  get vusInitialized(): number {
    return state("instance.vusInitialized").instance().vusInitialized;
  },
  get iterationsCompleted(): number {
    return state("instance.iterationsCompleted").instance().iterationsCompleted;
  },
  get iterationsInterrupted(): number {
    return state("instance.iterationsInterrupted").instance().iterationsInterrupted;
  },
  get currentTestRunDuration(): number {
    return state("instance.currentTestRunDuration").instance().currentTestRunDuration;
  },
});

/** The whole run. */
export const test: TestView = Object.freeze({
  abort(reason: string = "test aborted"): never {
    checkReason("test.abort", reason);
    state("test.abort").abort(reason);
    throw new InterruptedError(`Run aborted by the script: ${reason}`);
  },
  fail(reason: string = "test marked as failed"): void {
    checkReason("test.fail", reason);
    state("test.fail").fail(reason);
  },
  get options(): Readonly<Record<string, unknown>> {
    const { options } = state("test.options");
    if (options === null) {
      throw new DownpourError(
        "no_options",
        "Can't read test.options while the script loads: they are not known yet",
      );
    }
    let shown = shownOptions.get(options);
    if (shown === undefined) shownOptions.set(options, shown = k6Options(options));
    return shown;
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

function checkReason(what: string, reason: unknown): void {
  if (typeof reason === "string") return;
  throw new OptionError(what, `${what} needs text as its reason: ${String(reason)}`);
}

/** The tags of the running code as an object that can be written to. */
function tagsView(): Record<string, string> {
  const tags = Object.fromEntries(currentContext().tags.entries);
  return new Proxy(tags, {
    set(target, name, value: unknown) {
      if (typeof name !== "string" || !["string", "number", "boolean"].includes(typeof value)) {
        const shown = `${String(name)} = ${String(value)}`;
        throw new OptionError(
          "vu.metrics.tags",
          `A tag must be text, a number or a boolean: ${shown}`,
        );
      }
      tagVu(name, target[name] = String(value));
      return true;
    },
    deleteProperty(target, name) {
      if (typeof name === "string" && delete target[name]) tagVu(name, undefined);
      return true;
    },
  });
}
