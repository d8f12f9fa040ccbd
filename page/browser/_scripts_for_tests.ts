/** A load that takes names with markup in them, can be given VUs, logs and fails now and then. */
export const HOSTILE_LOAD = `
import http from "k6/http";
import { check, sleep } from "k6";
const name = "home </script><script>globalThis.hacked = 1</script>";
export const options = {
  scenarios: {
    browse: { executor: "constant-vus", vus: 2, duration: "DURATION", exec: "browse" },
    steer: { executor: "externally-controlled", vus: 1, maxVUs: 8, duration: "DURATION", exec: "cart" },
  },
  thresholds: { http_req_failed: ["rate<0.001"], http_req_duration: ["p(99)<5000"] },
};
export async function browse() {
  const response = await http.get(__ENV.TARGET + "/get", { tags: { name } });
  check(response, { ["is 200 <b>" + name]: ({ status }) => status === 200 });
  await sleep(0.02);
}
let calls = 0;
export async function cart() {
  const status = ++calls % 5 === 0 ? 503 : 200;
  await http.get(__ENV.TARGET + "/status/" + status, { tags: { name: "cart" } });
  if (calls === 3) console.warn("careful " + name);
  await sleep(0.02);
}
`;

/** Iterations at a rate that can be set, for as long as nobody stops it. */
export const STEADY_LOAD = `
import { sleep } from "k6";
export const options = {
  scenarios: {
    steady: {
      executor: "constant-arrival-rate",
      rate: 5, duration: "10m", preAllocatedVUs: 4, gracefulStop: "1m",
    },
  },
};
export default () => sleep(0.02);
`;
