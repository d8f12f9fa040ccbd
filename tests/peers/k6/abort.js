import exec from "k6/execution";
import { Counter } from "k6/metrics";
export { handleSummary } from "./summary.js";

const torn = new Counter("torn_down");

export const options = { vus: 1, iterations: 5 };

export default function () {
  if (__ITER === 2) exec.test.abort("enough");
}

export function teardown() {
  torn.add(1);
}
