import { sleep } from "k6";
import { Counter } from "k6/metrics";
export { handleSummary } from "./summary.js";

const begun = new Counter("begun");

const names = ["shared", "per_vu", "constant", "ramp"];
export const options = {
  scenarios: {
    shared: { executor: "shared-iterations", vus: 5, iterations: 20 },
    per_vu: { executor: "per-vu-iterations", vus: 7, iterations: 3 },
    constant: { executor: "constant-vus", vus: 10, duration: "1s", exec: "late" },
    ramp: {
      executor: "ramping-vus",
      startVUs: 1,
      stages: [{ target: 8, duration: "500ms" }, { target: 8, duration: "1s" }],
      exec: "late",
    },
  },
  executionSegmentSequence: "0,1/2,1",
  thresholds: Object.fromEntries(
    names.map((name) => [`begun{scenario:${name}}`, ["count>0"]]),
  ),
};

export default function () {
  begun.add(1);
}

export async function late() {
  begun.add(1);
  await sleep(2);
}
