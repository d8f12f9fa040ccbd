import { type ArrivalPlan, rampingArrivals, withRates } from "../arrivals.ts";
import type { Scenario } from "../options/types.ts";
import { stagesMs } from "../pacing.ts";
import type { Executor } from "./executor.ts";
import { plannedArrivals, runOpen } from "./_open.ts";

type RampingArrivalRate = Extract<Scenario, { executor: "ramping-arrival-rate" }>;

/** Iterations that start at a rate which follows a line from stage to stage (open model). */
export const rampingArrivalRate: Executor<RampingArrivalRate> = {
  open: true,
  dropsVUs: false,
  maxVUs: (scenario) => scenario.maxVUs,
  initialVUs: (scenario) => scenario.preAllocatedVUs,
  durationMs: (scenario) => stagesMs(scenario.stages),
  iterations: () => null,
  planned: (scenario, segment, elapsedMs, rates) =>
    plannedArrivals(
      withRates(arrivalsOf(scenario), rates, stagesMs(scenario.stages)),
      segment,
      elapsedMs,
    ),
  run: (scenario, host) =>
    runOpen(host, {
      ...scenario,
      arrivals: arrivalsOf(scenario),
      durationMs: stagesMs(scenario.stages),
    }),
};

function arrivalsOf({ startRate, timeUnitMs, stages }: RampingArrivalRate): ArrivalPlan {
  return rampingArrivals(startRate, timeUnitMs, stages);
}
