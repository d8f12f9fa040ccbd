import { Client } from "k6/x/net/http";

declare const __ENV: Record<string, string>;

const target = __ENV.TARGET!;
const rate = Number(__ENV.RATE);
const duration = `${__ENV.SECONDS}s`;
const vus = { preAllocatedVUs: 200, maxVUs: 2000 };
const client = new Client({ discardResponseBodies: true });

export const options = {
  scenarios: {
    arrivals: __ENV.EXECUTOR === "ramping-arrival-rate"
      // Down to nothing and up again: the mean rate is half of the one it begins and ends with.
      ? {
        executor: "ramping-arrival-rate",
        startRate: rate,
        stages: [{ target: 0, duration }, { target: rate, duration }],
        ...vus,
      }
      : { executor: "constant-arrival-rate", rate, duration, ...vus },
  },
};

export default (): Promise<unknown> => client.get(target);
