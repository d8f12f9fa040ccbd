import { newContext, Registry } from "../../metrics/mod.ts";
import { NO_TOTALS, type VuState } from "../api/vu_state.ts";
import { noIterations } from "../ledger.ts";
import type { Scenario } from "../options/types.ts";
import { type Segment, WHOLE } from "../segment.ts";
import { LagHistogram } from "../health.ts";
import { Timeline } from "../timeline.ts";
import { Turns } from "../turns.ts";
import { Vu, type VuHome, vuSinks } from "../vu.ts";
import { FakeClock } from "../_clock_for_tests.ts";
import { type ExecutorHost, executorOf } from "./mod.ts";
import { Rates, Target } from "./target.ts";

/** What a test sees of an iteration that began. */
export interface Seen {
  at: number;
  vu: number;
  number: number;
}

/** A host with a fake clock, whose VUs run a function of the test. */
export class TestHost implements ExecutorHost, VuHome {
  readonly clock = new FakeClock(1000);
  readonly line = new Timeline(this.clock);
  readonly turns = new Turns(this.clock);
  readonly startAt = 1000;
  joinAt = -Infinity;
  readonly counts = noIterations();
  readonly open = { waited: 0 };
  readonly lateness = new LagHistogram();
  readonly target = new Target(0);
  /** Waits of dropped iterations, in order. */
  readonly waits: number[] = [];
  readonly gauge = { active: 0, peak: 0, existing: 0 };
  readonly registry = new Registry();
  readonly sinks = vuSinks(this.registry, this.registry.tags);
  readonly minIterationMs: number;
  readonly stopping = new AbortController();
  readonly cutting = new AbortController();
  readonly rates = new Rates(this.stopping.signal);
  readonly seen: Seen[] = [];
  readonly errors: unknown[] = [];
  /** How long making a VU takes. */
  makeMs = 0;
  readonly #vus = new Map<number, Vu>();
  readonly #iteration: (host: TestHost, seen: Seen) => unknown;

  constructor(
    iteration: (host: TestHost, seen: Seen) => unknown,
    readonly segment: Segment = WHOLE,
    minIterationMs = 0,
  ) {
    this.#iteration = iteration;
    this.minIterationMs = minIterationMs;
  }

  get stop(): AbortSignal {
    return this.stopping.signal;
  }

  get stopped(): boolean {
    return this.stop.aborted;
  }

  get isPaused(): boolean {
    return this.line.paused && !this.stopped;
  }

  running(): Promise<void> {
    return this.line.running();
  }

  get isCut(): boolean {
    return this.cut.aborted;
  }

  get cut(): AbortSignal {
    return this.cutting.signal;
  }

  /** Time since the start of the scenario. */
  get elapsed(): number {
    return this.clock.now() - this.startAt;
  }

  async vu(k: number): Promise<Vu> {
    const known = this.#vus.get(k);
    if (known !== undefined && !known.gone) return known;
    if (this.makeMs > 0) await this.clock.sleep(this.makeMs);
    const state: VuState = {
      idInTest: k + 1,
      idInInstance: k + 1,
      iterationInInstance: -1,
      iterationInScenario: -1,
      iterationOfScenarioInInstance: -1,
      scenario: "",
      executor: "",
      scenarioStartedAt: this.startAt,
      progress: () => 0,
      abort() {},
      fail() {},
      instance: () => NO_TOTALS,
      options: null,
    };
    const run = () => {
      const seen = { at: this.elapsed, vu: k, number: state.iterationInScenario };
      this.seen.push(seen);
      return this.#iteration(this, seen);
    };
    const vu = new Vu(this, newContext(this.registry), state, new AbortController(), run);
    this.#vus.set(k, vu);
    return vu;
  }

  drop(count: number): void {
    this.counts.dropped += count;
  }

  dropWaited(ms: number): void {
    this.waits.push(ms);
    this.sinks.responseTime.add(ms);
  }

  threw(error: unknown): void {
    this.errors.push(error);
  }

  pause(ms: number): Promise<void> {
    return this.clock.sleep(ms, this.stop);
  }

  /** Runs a scenario to its end by the fake clock. */
  run(scenario: Scenario): Promise<void> {
    if ("vus" in scenario) this.target.set(scenario.vus);
    return this.clock.run(executorOf(scenario).run(scenario, this));
  }
}

/** The fields that all scenarios have. */
export const COMMON = {
  name: "test",
  startTimeMs: 0,
  gracefulStopMs: 500,
  exec: "default",
  env: {},
  tags: {},
} as const;

/** An iteration that takes some time. */
export const taking = (ms: number) => (host: TestHost): Promise<void> => host.clock.sleep(ms);
