/**
 * How a site feels on a slow phone: the same page over the network as it is, and over one with
 * 100 ms of latency and 100 kB/s (k6 issue 1098). A layer around the dialer does it.
 *
 *     deno task downpour run examples/slow_network.ts -e TARGET=http://127.0.0.1:8000
 */
import { check, env } from "@downpour/downpour";
import { Client } from "@downpour/downpour/http";
import { TCP, throttle } from "@downpour/downpour/net";

export const options = {
  scenarios: {
    fast: { executor: "per-vu-iterations", vus: 1, iterations: 3, exec: "fast" },
    slow: { executor: "per-vu-iterations", vus: 1, iterations: 3, exec: "slow" },
  },
  thresholds: {
    "http_req_duration{scenario:fast}": ["med<100"],
    "http_req_duration{scenario:slow}": ["med>100"],
  },
};

const baseUrl = env.TARGET ?? "http://127.0.0.1:8000";
const phone = throttle(TCP.open, { latencyMs: 100, downloadBytesPerSecond: 100_000 });
const desktopClient = new Client({ baseUrl });
const phoneClient = new Client({ baseUrl, dial: phone });

async function page(client: Client): Promise<void> {
  const response = await client.get("/bytes/10000");
  check(response, { "page is there": ({ status }) => status === 200 });
}

/** The page as a desktop sees it. */
export function fast(): Promise<void> {
  return page(desktopClient);
}

/** The page as a phone sees it. */
export function slow(): Promise<void> {
  return page(phoneClient);
}

export default fast;
