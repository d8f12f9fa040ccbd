import type { Scenario, WhenBusy } from "../options/types.ts";
import { COMMON } from "./_host_for_tests.ts";

/** Scenarios of the fields that matter, short enough to be read in a table. */
export const shared = (vus: number, iterations: number, maxDurationMs = 10_000): Scenario => (
  { ...COMMON, executor: "shared-iterations", vus, iterations, maxDurationMs }
);
export const perVU = (vus: number, iterations: number, maxDurationMs = 10_000): Scenario => (
  { ...COMMON, executor: "per-vu-iterations", vus, iterations, maxDurationMs }
);
export const constantVUs = (vus: number, durationMs: number): Scenario => (
  { ...COMMON, executor: "constant-vus", vus, durationMs }
);
export const rampingVUs = (startVUs: number, stages: [number, number][]): Scenario => (
  { ...COMMON, executor: "ramping-vus", startVUs, stages: steps(stages), gracefulRampDownMs: 200 }
);
export const controlled = (vus: number, maxVUs: number, durationMs: number): Scenario => (
  { ...COMMON, executor: "externally-controlled", vus, maxVUs, durationMs }
);
export const arrivals = (
  rate: number,
  durationMs: number,
  preAllocatedVUs: number,
  maxVUs: number,
  whenBusy: WhenBusy = "drop",
): Scenario => ({
  ...COMMON,
  executor: "constant-arrival-rate",
  rate,
  timeUnitMs: 1000,
  durationMs,
  preAllocatedVUs,
  maxVUs,
  whenBusy,
});
export const rampingArrivals = (
  startRate: number,
  stages: [durationMs: number, target: number][],
  maxVUs: number,
): Scenario => ({
  ...COMMON,
  executor: "ramping-arrival-rate",
  startRate,
  timeUnitMs: 1000,
  stages: steps(stages),
  preAllocatedVUs: maxVUs,
  maxVUs,
  whenBusy: "drop",
});

function steps(stages: [number, number][]) {
  return stages.map(([durationMs, target]) => ({ durationMs, target }));
}
