import { check, fail } from "k6";
import exec from "k6/execution";
import http from "k6/http";
import { Counter } from "k6/metrics";
export { handleSummary } from "./summary.js";

const target = __ENV.TARGET;
const set = new Counter("set_up");
const down = new Counter("torn_down");

export const options = {
  vus: 2,
  iterations: 6,
  tags: { run: "mine" },
  thresholds: {
    "http_reqs{group:::setup}": ["count==1"],
    "http_reqs{group:::teardown}": ["count==1"],
    "http_reqs{run:mine}": ["count==8"],
    "iterations{run:mine}": ["count==6"],
  },
};

export async function setup() {
  const response = await http.get(`${target}/get`);
  set.add(1);
  return { status: response.status, list: [1, { two: 2 }] };
}

export default async function (data) {
  check(data, {
    "what setup returned is here": (d) => d.status === 200 && d.list[1].two === 2,
  });
  await http.get(`${target}/get`);
  const number = exec.scenario.iterationInTest;
  if (number === 1) fail("one is not liked");
  if (number === 2) throw new Error("neither is two");
  check(number, { "iterations go on": true });
}

export async function teardown(data) {
  await http.get(`${target}/get`);
  down.add(data.status === 200 ? 1 : 100);
}
