import type { Scenario } from "../options/types.ts";
import { nth, type Segment, shareOf } from "../segment.ts";
import { runClosed } from "./_closed.ts";
import type { Executor } from "./executor.ts";

type SharedIterations = Extract<Scenario, { executor: "shared-iterations" | "per-vu-iterations" }>;

/**
 * A number of iterations that VUs take from a common stock. The stock of a shard is that of its
 * VUs: iteration `k` belongs to the shard of VU `k mod vus`, so a shard with more VUs has more.
 */
export const sharedIterations: Executor<SharedIterations> = {
  open: false,
  dropsVUs: false,
  maxVUs: (scenario) => scenario.vus,
  initialVUs: (scenario) => scenario.vus,
  durationMs: (scenario) => scenario.maxDurationMs,
  iterations: (scenario) => scenario.iterations,
  planned: (scenario, segment) => stock(scenario, segment),
  async run(scenario, host) {
    const { segment, counts } = host;
    const vus = Array.from({ length: shareOf(segment, scenario.vus) }, (_, j) => nth(segment, j));
    if (host.stop.aborted) return;
    const total = stock(scenario, segment);
    let taken = 0;
    let announced = false;
    const source = () => {
      if (taken >= total) return -1;
      const j = taken++;
      return Math.floor(j / vus.length) * scenario.vus + nth(segment, j % vus.length);
    };
    await runClosed(host, {
      vus,
      durationMs: scenario.maxDurationMs,
      gracefulStopMs: scenario.gracefulStopMs,
      source: () => {
        if (!announced) counts.planned += total;
        announced = true;
        return source;
      },
    });
    if (announced && taken < total) host.drop(total - taken);
  },
};

function stock(scenario: SharedIterations, segment: Segment): number {
  const rounds = Math.floor(scenario.iterations / scenario.vus);
  return rounds * shareOf(segment, scenario.vus) +
    shareOf(segment, scenario.iterations % scenario.vus);
}
