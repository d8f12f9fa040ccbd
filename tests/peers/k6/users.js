import { sleep } from "k6";
import http from "k6/http";
import { Counter } from "k6/metrics";
export { handleSummary } from "./summary.js";

const begun = new Counter("begun");
const ended = new Counter("ended");

const counts = {
  // Whoever began ends, long after the scenario's time.
  constant: { begun: 3, ended: 3 },
  // Nobody is waited for.
  cut: { begun: 2, ended: 0 },
  // Four begin one after the other, three are taken away at once.
  ramp: { begun: 4, ended: 1 },
  // Two are there from the start, another two come; the second pair may end.
  graceful: { begun: 4, ended: 4 },
};

export const options = {
  scenarios: {
    constant: { executor: "constant-vus", vus: 3, duration: "1s", exec: "late" },
    cut: { executor: "constant-vus", vus: 2, duration: "1s", gracefulStop: "0s", exec: "late" },
    ramp: {
      executor: "ramping-vus",
      startVUs: 0,
      stages: [
        { target: 4, duration: "1s" },
        { target: 4, duration: "1s" },
        { target: 1, duration: "100ms" },
        { target: 1, duration: "300ms" },
      ],
      gracefulRampDown: "50ms",
      exec: "waiting",
    },
    graceful: {
      executor: "ramping-vus",
      startVUs: 2,
      stages: [
        { target: 4, duration: "500ms" },
        { target: 4, duration: "1s" },
        { target: 0, duration: "500ms" },
      ],
      exec: "late",
    },
    // As many as the time allows, each with its request.
    often: { executor: "constant-vus", vus: 2, duration: "1s", exec: "quick" },
  },
  thresholds: Object.fromEntries([
    ...Object.entries(counts).flatMap(([name, { begun, ended }]) => [
      [`begun{scenario:${name}}`, [`count==${begun}`]],
      [`ended{scenario:${name}}`, [`count==${ended}`]],
      [`iterations{scenario:${name}}`, [`count==${ended}`]],
    ]),
    ...["begun", "http_reqs", "ended", "iterations"].map((name) => [
      `${name}{scenario:often}`,
      ["count>=2", "count<=22"],
    ]),
    ["http_reqs{scenario:constant}", ["count==3"]],
    ["http_reqs{scenario:cut}", ["count==2"]],
    ["http_reqs{scenario:graceful}", ["count==4"]],
  ]),
};

export async function late() {
  begun.add(1);
  await http.get(`${__ENV.TARGET}/get`);
  await sleep(3);
  ended.add(1);
}

/**
 * Without a request: one that was awaited before leaves a VU that k6 takes away running on, iteration
 * after iteration without the sleep, till the scenario ends.
 */
export async function waiting() {
  begun.add(1);
  await sleep(3);
  ended.add(1);
}

export async function quick() {
  begun.add(1);
  await http.get(`${__ENV.TARGET}/get`);
  await sleep(0.1);
  ended.add(1);
}
