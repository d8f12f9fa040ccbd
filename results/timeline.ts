import { ChangeTracker, type Metric, type Registry } from "../metrics/mod.ts";
import { type Part, Parts } from "./_parts.ts";
import type { Timeline } from "./record.ts";
import { SeriesSteps } from "./_steps.ts";

/** How many iterations started late, which only the totals of a run tell. */
const LATE: Metric = { name: "late_iterations", type: "counter", contains: "default" };

/** The shortest step. */
const STEP_MS = 1000;

/** Bounds of a timeline. */
export interface TimelineLimits {
  /** Most steps, an even number. Default: 3600, an hour by seconds. */
  readonly steps?: number;
  /** Most series; the whole load's come before its parts. Default: 600. */
  readonly series?: number;
  /** Most numbers kept in all: steps grow earlier when many series are many numbers. Default: 3 million. */
  readonly numbers?: number;
}

/**
 * Takes the course of a run from its totals, in memory that does not grow with its length: when
 * there are too many steps, every two become one.
 */
export class TimelineRecorder {
  readonly #limits: Required<TimelineLimits>;
  readonly #changes = new ChangeTracker();
  readonly #parts = new Parts();
  readonly #series = new Map<string, Map<Part | null, SeriesSteps>>();
  #count = 0;
  /** The last second that was taken, and the step it belongs to; -1 before. */
  #second = -1;
  #step = -1;
  #stepMs = STEP_MS;
  #late = 0;

  /** An empty one. */
  constructor({ steps = 3600, series = 600, numbers = 3_000_000 }: TimelineLimits = {}) {
    this.#limits = { steps, series, numbers };
  }

  /**
   * Takes what came since the last call, if a second has passed since then.
   *
   * @param elapsedMs since the start of the load, without pauses
   * @param final takes it anyway
   * @param late iterations that started late so far
   */
  take(metrics: Registry, elapsedMs: number, final = false, late = 0): void {
    // What is told near the end of a second is that second's.
    const second = Math.max(0, Math.round(elapsedMs / STEP_MS) - 1);
    if (elapsedMs <= 0 || (second <= this.#second && !final)) return;
    this.#enter(Math.max(second, this.#second));
    for (const { metric, tags, change } of this.#changes.take(metrics)) {
      if (metric.type !== "gauge") this.#of(metric, null)?.add(change);
      for (const part of this.#parts.of(metric, tags)) this.#of(metric, part)?.add(change);
    }
    if (late > this.#late) {
      this.#of(LATE, null)?.add({ type: "counter", total: late - this.#late });
      this.#late = late;
    }
    for (const metric of metrics.metrics()) {
      if (metric.type !== "gauge") continue;
      // Of several series, the one that was set last.
      const whole = metrics.select(metric.name);
      if (whole !== undefined) this.#of(metric, null)?.add(whole);
    }
  }

  /** All so far, the step that goes on included; columns begin with step `from`. */
  timeline(from = 0): Timeline {
    if (this.#step >= 0) { for (const one of this.#all()) one.write(this.#step); }
    const steps = this.#step + 1;
    const series = [...this.#series.values()].flatMap((parts) => [...parts.values()]);
    return { stepMs: this.#stepMs, steps, series: series.map((one) => one.series(steps, from)) };
  }

  #enter(second: number): void {
    this.#second = second;
    const step = () => Math.floor(second * STEP_MS / this.#stepMs);
    if (step() > this.#step) {
      if (this.#step >= 0) { for (const one of this.#all()) one.seal(this.#step); }
      while (this.#isFull(step())) {
        this.#stepMs *= 2;
        for (const one of this.#all()) one.halve();
      }
    }
    this.#step = step();
  }

  /** Whether steps are to be put together before `step` begins, which is never half of one then. */
  #isFull(step: number): boolean {
    if (step >= this.#limits.steps) return true;
    if (step < 2 || step % 2 === 1) return false;
    let numbers = 0;
    for (const one of this.#all()) numbers += one.size;
    return numbers > this.#limits.numbers;
  }

  *#all(): Generator<SeriesSteps> {
    for (const parts of this.#series.values()) yield* parts.values();
  }

  /** The steps of a metric in a part of the load; undefined where there are too many series. */
  #of(metric: Metric, part: Part | null): SeriesSteps | undefined {
    let parts = this.#series.get(metric.name);
    const known = parts?.get(part);
    // The last of the room is for the whole load.
    const room = part === null ? this.#limits.series : this.#limits.series * 3 / 4;
    if (known !== undefined || this.#count >= room) return known;
    if (parts === undefined) this.#series.set(metric.name, parts = new Map());
    const made = new SeriesSteps(metric, part ?? {}, part === null);
    parts.set(part, made);
    this.#count++;
    return made;
  }
}
