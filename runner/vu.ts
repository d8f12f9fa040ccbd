import {
  type Closeable,
  closeContext,
  closeOwned,
  type Context,
  type IoBytes,
  type Recorder,
  runInContext,
  type Sink,
  type Tags,
  takeOwned,
} from "../metrics/mod.ts";
import { isThenable } from "../internal/mod.ts";
import type { VuState } from "./api/vu_state.ts";
import type { Clock } from "./clock.ts";
import { EngineMetrics } from "./engine_metrics.ts";
import type { LagHistogram } from "./health.ts";
import { movedTo } from "./moved.ts";
import type { IterationCounts } from "./result.ts";
import type { Turns } from "./turns.ts";

/** Starts later than this after the planned time count as late. */
export const LATE_MS = 10;

/** VUs of a shard, counted. */
export interface VuGauge {
  /** In an iteration (closed models: in their loop). */
  active: number;
  /** Most that were active at once. */
  peak: number;
  /** Made so far and not given up. */
  existing: number;
}

/** What the VUs of one scenario share within a shard: the hot path reads and writes this alone. */
export interface VuHome {
  readonly clock: Clock;
  readonly turns: Turns;
  readonly counts: IterationCounts;
  readonly gauge: VuGauge;
  readonly minIterationMs: number;
  readonly sinks: VuSinks;
  /** How late iterations with a planned time began. */
  readonly lateness: LagHistogram;
  /** Whether no iteration may start now, though later ones may: it says when. */
  readonly isPaused: boolean;
  running(): Promise<void>;
  /** Whether running iterations may not go on: one that throws now was interrupted. */
  readonly isCut: boolean;
  /** Waits between two iterations; no longer than until the scenario starts no more of them. */
  pause(ms: number): Promise<void>;
  /** Called with what an iteration threw. */
  threw(error: unknown): void;
}

/** Where the samples of a scenario's iterations go. */
export interface VuSinks {
  /** What they are tagged with. */
  readonly tags: Tags;
  readonly iterations: Sink;
  readonly duration: Sink;
  readonly responseTime: Sink;
  /** Takes what sockets of a kind moved. */
  readonly moved: (kind: string, bytes: Readonly<IoBytes>) => void;
}

/** The sinks of everything recorded with `tags`. */
export function vuSinks(recorder: Recorder, tags: Tags): VuSinks {
  return {
    tags,
    iterations: recorder.sink(EngineMetrics.iterations, tags),
    duration: recorder.sink(EngineMetrics.iterationDuration, tags),
    responseTime: recorder.sink(EngineMetrics.iterationResponseTime, tags),
    moved: movedTo(recorder, tags),
  };
}

/** The script's function for iterations. */
export type IterationFunction = (data: unknown) => unknown;

/** A virtual user: an instance of the script, what it shows of itself, and its iterations. */
export class Vu {
  readonly #home: VuHome;
  readonly #context: Context;
  readonly #state: VuState;
  readonly #interrupts: AbortController;
  readonly #run: IterationFunction;
  /** What it was made with. As long as the script adds none, its iterations are the scenario's. */
  readonly #givenTags: Tags;
  #sinks: VuSinks;
  /** What the module's top level opened: it lives as long as the VU. */
  #own: readonly Closeable[];
  #data: unknown;
  #inIteration = false;
  #active = false;
  #gone = false;

  /** @param interrupts aborted when the VU is given up, to end its `sleep`s; VUs that go together may share it */
  constructor(
    home: VuHome,
    context: Context,
    state: VuState,
    interrupts: AbortController,
    run: IterationFunction,
  ) {
    this.#home = home;
    this.#context = context;
    this.#state = state;
    this.#interrupts = interrupts;
    this.#run = run;
    this.#givenTags = context.tags;
    this.#sinks = home.sinks;
    this.#own = takeOwned(context);
    home.gauge.existing++;
  }

  /** Whether it was given up: it never runs again. */
  get gone(): boolean {
    return this.#gone;
  }

  /** What every iteration is called with from now on. */
  set data(data: unknown) {
    this.#data = data;
  }

  /**
   * Iterations one after another, until `next` returns a negative number: it is asked for the
   * number (within the scenario) of the iteration that would start at time `now`.
   */
  loop(next: (now: number) => number): Promise<void> {
    this.#enter();
    return runInContext(this.#context, () => this.#loop(next));
  }

  /** One iteration, planned for an earlier time or this one; resolves when the VU is free again. */
  once(number: number, plannedAt: number): Promise<void> {
    this.#enter();
    return runInContext(this.#context, () => this.#once(number, plannedAt));
  }

  /** Gives the VU up: an iteration that has not ended counts as interrupted, whatever it does. */
  interrupt(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#home.gauge.existing--;
    if (this.#inIteration) {
      this.#home.counts.interrupted++;
      this.#flushBytes();
    }
    this.#leave();
    this.#interrupts.abort();
  }

  /** Closes everything that its script opened; resolves when it is closed. */
  async close(): Promise<void> {
    const ending = [closeContext(this.#context), ...this.#own.map((own) => own.close())];
    this.#own = [];
    await Promise.allSettled(ending);
  }

  async #loop(next: (now: number) => number): Promise<void> {
    const { clock, turns, minIterationMs } = this.#home;
    const run = this.#run;
    let now = clock.now();
    for (;;) {
      if (this.#home.isPaused) {
        await this.#home.running();
        if (this.#gone) return;
        now = clock.now();
        continue;
      }
      const k = next(now);
      if (k < 0) break;
      const startedAt = now;
      this.#begin(k);
      try {
        const result = run(this.#data);
        if (isThenable(result)) await result;
      } catch (error) {
        this.#threw(error);
      }
      if (this.#gone) return;
      now = clock.now();
      this.#finish(startedAt, startedAt, now);
      if (now - startedAt < minIterationMs) {
        await this.#home.pause(minIterationMs - (now - startedAt));
        now = clock.now();
      }
      if (turns.due(now)) {
        await turns.take();
        now = clock.now();
      }
      if (this.#gone) return;
    }
    this.#leave();
  }

  async #once(number: number, plannedAt: number): Promise<void> {
    const { clock, counts, lateness, minIterationMs } = this.#home;
    const run = this.#run;
    const startedAt = clock.now();
    lateness.add(startedAt - plannedAt);
    if (startedAt - plannedAt > LATE_MS) counts.late++;
    this.#begin(number);
    try {
      const result = run(this.#data);
      if (isThenable(result)) await result;
    } catch (error) {
      this.#threw(error);
    }
    if (this.#gone) return;
    const endedAt = clock.now();
    this.#finish(plannedAt, startedAt, endedAt);
    if (endedAt - startedAt < minIterationMs) {
      await this.#home.pause(minIterationMs - (endedAt - startedAt));
    }
    this.#leave();
  }

  #begin(number: number): void {
    this.#context.turn.count++;
    this.#state.iterationInInstance++;
    this.#state.iterationInScenario = number;
    this.#state.iterationOfScenarioInInstance = this.#home.counts.started++;
    this.#inIteration = true;
  }

  #finish(plannedAt: number, startedAt: number, endedAt: number): void {
    const sinks = this.#currentSinks();
    this.#inIteration = false;
    this.#home.counts.completed++;
    sinks.iterations.add(1);
    sinks.duration.add(endedAt - startedAt);
    sinks.responseTime.add(endedAt - plannedAt);
    this.#flushBytes();
    closeOwned(this.#context);
  }

  #flushBytes(): void {
    this.#context.io.take(this.#currentSinks().moved);
  }

  #currentSinks(): VuSinks {
    const { recorder, tags } = this.#context;
    if (tags === this.#givenTags) return this.#home.sinks;
    if (tags !== this.#sinks.tags) this.#sinks = vuSinks(recorder, tags);
    return this.#sinks;
  }

  #threw(error: unknown): void {
    if (this.#home.isCut) this.interrupt();
    if (this.#gone) return;
    this.#home.counts.thrown++;
    this.#home.threw(error);
  }

  #enter(): void {
    const { gauge } = this.#home;
    this.#active = true;
    gauge.active++;
    if (gauge.active > gauge.peak) gauge.peak = gauge.active;
  }

  #leave(): void {
    if (!this.#active) return;
    this.#active = false;
    this.#home.gauge.active--;
  }
}
