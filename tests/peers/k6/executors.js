import { check } from "k6";
import { scenario, vu } from "k6/execution";
import { Counter } from "k6/metrics";
export { handleSummary } from "./summary.js";

const numbers = new Counter("numbers");
const users = new Counter("users");

const counted = ["shared", "per_vu", "constant_rate", "ramping_rate", "later"];
export const options = {
  scenarios: {
    shared: { executor: "shared-iterations", vus: 3, iterations: 20, exec: "count" },
    per_vu: { executor: "per-vu-iterations", vus: 4, iterations: 3, exec: "count" },
    constant_rate: {
      executor: "constant-arrival-rate",
      rate: 50,
      duration: "2s",
      preAllocatedVUs: 5,
      exec: "count",
    },
    ramping_rate: {
      executor: "ramping-arrival-rate",
      startRate: 20,
      stages: [{ target: 60, duration: "1s" }, { target: 0, duration: "1s" }],
      preAllocatedVUs: 5,
      exec: "count",
    },
    later: {
      executor: "shared-iterations",
      startTime: "1s",
      iterations: 2,
      exec: "count",
      tags: { kind: "late" },
      env: { GREETING: "hello" },
    },
  },
  // A threshold on each is what makes a row of it.
  thresholds: Object.fromEntries([
    ...counted.map((name) => [`iterations{scenario:${name}}`, ["count>0"]]),
    ...counted.map((name) => [`numbers{scenario:${name}}`, ["count>=0"]]),
    ["numbers{first:true}", ["count==5"]],
    ["iterations{kind:late}", ["count==2"]],
    ["checks{kind:late}", ["rate==1"]],
  ]),
};

export function count() {
  numbers.add(1, { first: String(scenario.iterationInTest === 0) });
  if (scenario.name.endsWith("_rate")) return; // How many these are depends on timers by one.
  if (scenario.name === "per_vu" && vu.iterationInScenario === 0) users.add(1);
  check(scenario.name, {
    "a scenario has its environment": (name) => (__ENV.GREETING === "hello") === (name === "later"),
  });
}
