import { sleep } from "k6";
export { handleSummary } from "./summary.js";

export const options = {
  scenarios: {
    // Two users that take a second each: the first two arrivals find one, the others don't.
    busy: {
      executor: "constant-arrival-rate",
      rate: 10,
      duration: "1s",
      preAllocatedVUs: 2,
      maxVUs: 2,
    },
    // Ten times a second would be possible; the option says once in half a second.
    slow: { executor: "per-vu-iterations", vus: 1, iterations: 3, exec: "quick" },
    // Ends by its time: what is left of the iterations is dropped.
    out_of_time: { executor: "shared-iterations", vus: 2, iterations: 10, maxDuration: "1s" },
  },
  minIterationDuration: "500ms",
  thresholds: {
    "dropped_iterations{scenario:busy}": ["count>0"],
    "dropped_iterations{scenario:out_of_time}": ["count>0"],
    "iterations{scenario:busy}": ["count>0"],
    "iterations{scenario:slow}": ["count==3"],
    "iterations{scenario:out_of_time}": ["count==2"],
  },
};

export default async function () {
  await sleep(1.2);
}

export function quick() {}
