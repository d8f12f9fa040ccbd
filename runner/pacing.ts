import type { Stage } from "./options/types.ts";

/** How many VUs a ramp wants from a time on. */
export interface RampStep {
  /** From the start of the scenario. */
  readonly atMs: number;
  readonly vus: number;
}

/**
 * Every change of a ramp's whole-numbered target, in order of time. Within a stage the target
 * moves by one at even distances and reaches its end value at the stage's end (k6: a VU more
 * counts once the line has reached it, a VU less once the line has left it).
 */
export function* rampSteps(startVUs: number, stages: readonly Stage[]): Generator<RampStep> {
  yield { atMs: 0, vus: startVUs };
  let from = startVUs;
  let at = 0;
  for (const { durationMs, target } of stages) {
    const distance = Math.abs(target - from);
    if (durationMs === 0 && distance > 0) {
      yield { atMs: at, vus: target };
    } else {
      const direction = Math.sign(target - from);
      for (let i = 1; i <= distance; i++) {
        yield { atMs: at + (durationMs * i) / distance, vus: from + direction * i };
      }
    }
    from = target;
    at += durationMs;
  }
}

/** Steps after `fromMs`, and before them the last one that is not. */
export function* stepsFrom(steps: Iterable<RampStep>, fromMs: number): Generator<RampStep> {
  let last: RampStep | null = null;
  for (const step of steps) {
    if (step.atMs <= fromMs) {
      last = step;
      continue;
    }
    if (last !== null) yield last;
    last = null;
    yield step;
  }
  if (last !== null) yield last;
}

/** The target of a ramp at time `tMs`; after the last stage, its target. */
export function rampTarget(startVUs: number, stages: readonly Stage[], tMs: number): number {
  let from = startVUs;
  let at = 0;
  for (const { durationMs, target } of stages) {
    if (tMs < at + durationMs) {
      const moved = Math.floor((Math.abs(target - from) * (tMs - at)) / durationMs);
      return from + Math.sign(target - from) * moved;
    }
    from = target;
    at += durationMs;
  }
  return from;
}

/** Length of all stages together. */
export function stagesMs(stages: readonly Stage[]): number {
  return stages.reduce((sum, stage) => sum + stage.durationMs, 0);
}

/** The most VUs that a ramp ever wants. */
export function rampPeak(startVUs: number, stages: readonly Stage[]): number {
  return stages.reduce((peak, stage) => Math.max(peak, stage.target), startVUs);
}
