import type { Scenario } from "../options/types.ts";
import { nth, shareOf } from "../segment.ts";
import { runClosed } from "./_closed.ts";
import type { Executor } from "./executor.ts";

/** The same number of iterations for every VU. */
export const perVUIterations: Executor<
  Extract<Scenario, { executor: "shared-iterations" | "per-vu-iterations" }>
> = {
  open: false,
  dropsVUs: false,
  maxVUs: (scenario) => scenario.vus,
  initialVUs: (scenario) => scenario.vus,
  durationMs: (scenario) => scenario.maxDurationMs,
  iterations: (scenario) => scenario.iterations * scenario.vus,
  planned: (scenario, segment) => scenario.iterations * shareOf(segment, scenario.vus),
  async run(scenario, host) {
    const { segment, counts } = host;
    const vus = Array.from({ length: shareOf(segment, scenario.vus) }, (_, j) => nth(segment, j));
    let planned = 0;
    let taken = 0;
    await runClosed(host, {
      vus,
      durationMs: scenario.maxDurationMs,
      gracefulStopMs: scenario.gracefulStopMs,
      source: (vu) => {
        planned += scenario.iterations;
        counts.planned += scenario.iterations;
        let i = 0;
        return () => {
          if (i >= scenario.iterations) return -1;
          taken++;
          return vu + scenario.vus * i++;
        };
      },
    });
    if (taken < planned) host.drop(planned - taken);
  },
};
