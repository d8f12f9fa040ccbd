import { type ArrivalPlan, constantArrivals, withRates } from "../arrivals.ts";
import type { Scenario } from "../options/types.ts";
import type { Executor } from "./executor.ts";
import { plannedArrivals, runOpen } from "./_open.ts";

type ConstantArrivalRate = Extract<Scenario, { executor: "constant-arrival-rate" }>;

/** Iterations that start at a constant rate (open model). */
export const constantArrivalRate: Executor<ConstantArrivalRate> = {
  open: true,
  dropsVUs: false,
  maxVUs: (scenario) => scenario.maxVUs,
  initialVUs: (scenario) => scenario.preAllocatedVUs,
  durationMs: (scenario) => scenario.durationMs,
  iterations: () => null,
  planned: (scenario, segment, elapsedMs, rates) =>
    plannedArrivals(
      withRates(arrivalsOf(scenario), rates, scenario.durationMs),
      segment,
      elapsedMs,
    ),
  run: (scenario, host) => runOpen(host, { ...scenario, arrivals: arrivalsOf(scenario) }),
};

function arrivalsOf({ rate, timeUnitMs, durationMs }: ConstantArrivalRate): ArrivalPlan {
  return constantArrivals(rate, timeUnitMs, durationMs);
}
