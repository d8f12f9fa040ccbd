import type { Scenario } from "../options/types.ts";
import { nth, numbersOf, shareOf } from "../segment.ts";
import { runClosed } from "./_closed.ts";
import type { Executor } from "./executor.ts";

/** A fixed number of VUs that iterate for a fixed time. */
export const constantVUs: Executor<Extract<Scenario, { executor: "constant-vus" }>> = {
  open: false,
  dropsVUs: false,
  maxVUs: (scenario) => scenario.vus,
  initialVUs: (scenario) => scenario.vus,
  durationMs: (scenario) => scenario.durationMs,
  iterations: () => null,
  planned: () => 0,
  run(scenario, host) {
    const { segment, counts } = host;
    const next = numbersOf(segment);
    const source = () => {
      counts.planned++;
      return next();
    };
    return runClosed(host, {
      vus: Array.from({ length: shareOf(segment, scenario.vus) }, (_, j) => nth(segment, j)),
      durationMs: scenario.durationMs,
      gracefulStopMs: scenario.gracefulStopMs,
      source: () => source,
    });
  },
};
