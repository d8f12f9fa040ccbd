import http from "k6/http";
export { handleSummary } from "./summary.js";

// Ten in two seconds; as many as there are, were it not for the option.
export const options = {
  scenarios: {
    fast: {
      executor: "shared-iterations",
      vus: 2,
      iterations: 1000,
      maxDuration: "2s",
    },
  },
  rps: 5,
  thresholds: { http_reqs: ["count>=2", "count<=30"] },
};

export default async function () {
  await http.get(`${__ENV.TARGET}/get`);
}
