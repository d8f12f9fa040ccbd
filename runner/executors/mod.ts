/**
 * The ways to run iterations: k6's executors behind one interface.
 *
 * @module
 */
import { constantArrivalRate } from "./constant_arrival_rate.ts";
import { constantVUs } from "./constant_vus.ts";
import { externallyControlled } from "./externally_controlled.ts";
import type { Executor } from "./executor.ts";
import type { Scenario } from "../options/types.ts";
import { perVUIterations } from "./per_vu_iterations.ts";
import { rampingArrivalRate } from "./ramping_arrival_rate.ts";
import { rampingVUs } from "./ramping_vus.ts";
import { sharedIterations } from "./shared_iterations.ts";

export type { Executor, ExecutorHost, RateChanges, VuTarget } from "./executor.ts";
export { Rates, Target } from "./target.ts";

const EXECUTORS: { [E in Scenario["executor"]]: Executor<Extract<Scenario, { executor: E }>> } = {
  "constant-arrival-rate": constantArrivalRate,
  "constant-vus": constantVUs,
  "externally-controlled": externallyControlled,
  "per-vu-iterations": perVUIterations,
  "ramping-arrival-rate": rampingArrivalRate,
  "ramping-vus": rampingVUs,
  "shared-iterations": sharedIterations,
};

/** The executor of a scenario. */
export function executorOf(scenario: Scenario): Executor<Scenario> {
  return EXECUTORS[scenario.executor] as unknown as Executor<Scenario>;
}
