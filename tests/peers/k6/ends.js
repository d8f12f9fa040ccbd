import { sleep } from "k6";
import exec from "k6/execution";
import { Counter } from "k6/metrics";
export { handleSummary } from "./summary.js";

const bad = new Counter("bad");
const torn = new Counter("torn_down");

// Thresholds are judged each two seconds: a run of three has met that once.
const runs = {
  aborted: { iterations: 100, threshold: { threshold: "count<1", abortOnFail: true } },
  delayed: {
    iterations: 6,
    threshold: { threshold: "count<1", abortOnFail: true, delayAbortEval: "1m" },
  },
  failed: { iterations: 6, threshold: "count>0" },
};
const { iterations, threshold } = runs[__ENV.ROW];

export const options = { vus: 1, iterations, thresholds: { bad: [threshold] } };

export default async function () {
  bad.add(1);
  if (__ENV.ROW === "failed") {
    if (__ITER === 1) exec.test.fail("not liked");
    return;
  }
  await sleep(0.5);
}

export function teardown() {
  torn.add(1);
}
