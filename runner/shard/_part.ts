import {
  newContext,
  type Registry,
  runInContext,
  type Sink,
  type SystemTags,
  type Tags,
} from "../../metrics/mod.ts";
import { DownpourError } from "../../internal/mod.ts";
import { attachInterrupt, attachVu, type InstanceTotals, type VuState } from "../api/mod.ts";
import type { Clock } from "../clock.ts";
import { EngineMetrics } from "../engine_metrics.ts";
import { type Executor, type ExecutorHost, executorOf, Rates, Target } from "../executors/mod.ts";
import { LagHistogram } from "../health.ts";
import { noIterations } from "../ledger.ts";
import type { RunOptions, Scenario } from "../options/types.ts";
import type { CompiledScript } from "../script/types.ts";
import { nth, type Segment, shareOf } from "../segment.ts";
import type { Timeline } from "../timeline.ts";
import type { Turns } from "../turns.ts";
import { Vu, type VuGauge, type VuHome, vuSinks } from "../vu.ts";
import { SCRIPT_ENV } from "./_globals.ts";
import { exportedFunction } from "./_script.ts";
import type { ShardSetup } from "./setup.ts";

const VUS_PER_CONTROLLER = 100;

/** What all scenarios of a shard share. */
export interface PartShared {
  readonly clock: Clock;
  /** The time of the load. */
  readonly line: Timeline;
  readonly turns: Turns;
  readonly registry: Registry;
  readonly options: RunOptions;
  readonly script: CompiledScript;
  readonly setup: ShardSetup;
  readonly env: Readonly<Record<string, string>>;
  readonly gauge: VuGauge;
  readonly stop: AbortSignal;
  readonly cut: AbortSignal;
  /** Takes the next number of a VU in this shard, 1-based. */
  nextVu(): number;
  threw(error: unknown): void;
  abort(reason: string): void;
  fail(reason: string): void;
  /** Totals of this shard. */
  instance(): InstanceTotals;
}

/** Where the numbers of a scenario's VUs begin within the run. */
export interface PartPlace {
  /** VUs of the scenarios before it. */
  readonly base: number;
  /** VU `k` at and above its maximum, which live control may ask for: beyond those of all scenarios. */
  extra(k: number): number;
}

/** A shard's part of one scenario: makes its VUs and is the host of its executor. */
export class ScenarioPart implements ExecutorHost, VuHome {
  readonly counts = noIterations();
  readonly open = { waited: 0 };
  readonly lateness = new LagHistogram();
  readonly target: Target;
  readonly rates: Rates;
  readonly clock: Clock;
  readonly line: Timeline;
  readonly turns: Turns;
  readonly gauge: VuGauge;
  readonly stop: AbortSignal;
  readonly cut: AbortSignal;
  readonly sinks: VuHome["sinks"];
  readonly minIterationMs: number;
  readonly executor: Executor<Scenario>;
  startAt = 0;
  joinAt = -Infinity;
  stopped = false;
  isCut = false;
  readonly #shared: PartShared;
  readonly #systemTags: SystemTags;
  readonly #tags: Tags;
  readonly #dropped: Sink;
  readonly #env: Readonly<Record<string, string>>;
  readonly #vus = new Map<number, Promise<Vu>>();
  readonly #leaving = new Set<Promise<void>>();
  readonly #interrupts = new Map<number, AbortController>();
  readonly #pauses = new Set<AbortController>();
  #data: string | null = null;

  constructor(
    shared: PartShared,
    readonly scenario: Scenario,
    readonly place: PartPlace,
    readonly segment: Segment,
  ) {
    const { clock, line, turns, gauge, registry, options, stop, cut } = shared;
    this.#shared = shared;
    this.clock = clock;
    this.line = line;
    this.turns = turns;
    this.gauge = gauge;
    this.stop = stop;
    this.cut = cut;
    this.executor = executorOf(scenario);
    this.rates = new Rates(stop);
    this.target = new Target("vus" in scenario ? scenario.vus : 0);
    this.minIterationMs = options.minIterationDurationMs;
    const tags = registry.tags.withAll({ ...options.tags, ...scenario.tags });
    this.#systemTags = new Set(options.systemTags);
    this.#tags = this.#systemTags.has("scenario") ? tags.with("scenario", scenario.name) : tags;
    this.sinks = vuSinks(registry, this.#tags);
    this.#dropped = registry.sink(EngineMetrics.droppedIterations, this.#tags);
    this.#env = Object.keys(scenario.env).length > 0
      ? { ...shared.env, ...scenario.env }
      : shared.env;
    cut.addEventListener("abort", () => {
      this.isCut = true;
    }, { once: true });
    stop.addEventListener("abort", () => {
      this.stopped = true;
      for (const pause of this.#pauses) pause.abort();
    }, { once: true });
  }

  /** Makes the VUs that are to be there before the load begins. */
  async prepare(): Promise<void> {
    const count = shareOf(this.segment, this.executor.initialVUs(this.scenario));
    for (let j = 0; j < count; j++) {
      await this.#instance(nth(this.segment, j));
      if (this.turns.due(this.clock.now())) await this.turns.take();
      if (this.cut.aborted) return;
    }
  }

  /**
   * Runs this part, from `joinAt` on where that is a time: the load began at `startAt` by `clock`;
   * iterations get `data`.
   */
  run(startAt: number, data: string | null, joinAt: number | null): Promise<void> {
    this.startAt = startAt + this.scenario.startTimeMs;
    this.joinAt = joinAt ?? -Infinity;
    this.#data = data;
    return this.executor.run(this.scenario, this);
  }

  async vu(k: number): Promise<Vu> {
    const vu = await this.#instance(k).catch((error: unknown) => {
      this.threw(error);
      throw error;
    });
    if (this.#data !== null) vu.data = JSON.parse(this.#data);
    return vu;
  }

  drop(count: number): void {
    if (count <= 0) return;
    this.counts.dropped += count;
    this.#dropped.add(count);
  }

  dropWaited(ms: number): void {
    this.sinks.responseTime.add(ms);
  }

  get isPaused(): boolean {
    return this.line.paused && !this.stopped;
  }

  running(): Promise<void> {
    return this.line.running();
  }

  threw(error: unknown): void {
    this.#shared.threw(error);
  }

  async pause(ms: number): Promise<void> {
    if (this.stop.aborted) return;
    const pause = new AbortController();
    this.#pauses.add(pause);
    await this.clock.sleep(ms, pause.signal);
    this.#pauses.delete(pause);
  }

  /** Closes what the scripts of its VUs opened. */
  async close(): Promise<void> {
    const closing = [...this.#vus.values()].map((made) => made.then((vu) => vu.close(), () => {}));
    await Promise.all([...closing, ...this.#leaving]);
  }

  /** Share of the scenario that is over. */
  progress(): number {
    const total = this.executor.iterations(this.scenario);
    const share = total === null
      ? (this.line.now() - this.startAt) / this.executor.durationMs(this.scenario)
      : this.counts.completed / Math.max(1, this.counts.planned);
    return Math.min(1, Math.max(0, share));
  }

  async #instance(k: number): Promise<Vu> {
    const known = this.#vus.get(k);
    if (known !== undefined) {
      const vu = await known;
      if (!vu.gone) return vu;
      this.#letGo(vu);
    }
    const made = this.#make(k);
    this.#vus.set(k, made);
    return await made;
  }

  /** Closes a VU whose place is taken again; nobody waits for it before the end. */
  #letGo(vu: Vu): void {
    const left = vu.close().catch(() => {}).finally(() => this.#leaving.delete(left));
    this.#leaving.add(left);
  }

  async #make(k: number): Promise<Vu> {
    const { registry, options, setup, script, nextVu } = this.#shared;
    const interrupts = this.#interruptsOf(k);
    const state = this.#state(k, nextVu());
    // What the engine records of iterations has no such tag: its series are the scenario's.
    const tags = this.#systemTags.has("vu")
      ? this.#tags.with("vu", String(state.idInTest))
      : this.#tags;
    const context = newContext(registry, tags, script.folder, this.#systemTags);
    attachVu(context, state);
    attachInterrupt(context, interrupts.signal);
    context.locals.set(SCRIPT_ENV, this.#env);
    try {
      setup.prepareVu?.(context, options, state.idInTest);
      const exports = await runInContext(context, () => script.instantiate());
      const run = exportedFunction(exports, this.scenario.exec);
      if (run === undefined) {
        throw new DownpourError("script_no_function", `no function ${this.scenario.exec}`);
      }
      return new Vu(this, context, state, interrupts, run);
    } catch (error) {
      this.#vus.delete(k);
      throw error;
    }
  }

  /**
   * What ends the sleeps of VU `k`. A controller a VU is a third of a VU's memory, and one for
   * all makes each new listener slower than the last; where VUs only ever go all at once, some
   * share one.
   */
  #interruptsOf(k: number): AbortController {
    if (this.executor.dropsVUs) return new AbortController();
    const group = Math.floor(k / this.segment.stride / VUS_PER_CONTROLLER);
    let shared = this.#interrupts.get(group);
    if (shared === undefined || shared.signal.aborted) {
      shared = new AbortController();
      this.#interrupts.set(group, shared);
    }
    return shared;
  }

  #state(k: number, idInInstance: number): VuState {
    const { scenario } = this;
    const { base, extra } = this.place;
    const number = k < this.executor.maxVUs(scenario) ? base + k : extra(k);
    return new PartVuState(this, this.#shared, number + 1, idInInstance, scenario);
  }
}

/** A `VuState` whose functions are shared by all VUs: there may be tens of thousands. */
class PartVuState implements VuState {
  iterationInInstance = -1;
  iterationInScenario = -1;
  iterationOfScenarioInInstance = -1;
  scenario: string;
  executor: string;
  readonly #part: ScenarioPart;
  readonly #shared: PartShared;

  constructor(
    part: ScenarioPart,
    shared: PartShared,
    public idInTest: number,
    public idInInstance: number,
    { name, executor }: Scenario,
  ) {
    this.#part = part;
    this.#shared = shared;
    this.scenario = name;
    this.executor = executor;
  }

  get scenarioStartedAt(): number {
    return this.#part.startAt;
  }

  progress(): number {
    return this.#part.progress();
  }

  abort(reason: string): void {
    this.#shared.abort(reason);
  }

  fail(reason: string): void {
    this.#shared.fail(reason);
  }

  instance(): InstanceTotals {
    return this.#shared.instance();
  }

  get options(): RunOptions {
    return this.#shared.options;
  }
}
