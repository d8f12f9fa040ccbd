/**
 * A first load test: two kinds of users against one server, with checks, a metric of its own and
 * thresholds that decide whether the run passes.
 *
 *     deno task downpour target --port 8000
 *     deno task downpour run examples/first.ts -e TARGET=http://127.0.0.1:8000
 */
import { check, env, group, sleep, Trend } from "@downpour/downpour";
import { Client } from "@downpour/downpour/http";

export const options = {
  scenarios: {
    // Closed model: 10 users, each waits for an answer before it goes on.
    browse: {
      executor: "constant-vus",
      vus: 10,
      duration: "3s",
      gracefulStop: "2s",
      exec: "browse",
    },
    // Open model: 50 orders begin each second, however long they take.
    order: {
      executor: "constant-arrival-rate",
      rate: 50,
      duration: "3s",
      gracefulStop: "2s",
      preAllocatedVUs: 5,
      maxVUs: 20,
      exec: "order",
    },
  },
  thresholds: {
    checks: ["rate>0.99"],
    http_req_failed: ["rate<0.01"],
    "http_req_duration{scenario:browse}": ["p(95)<200"],
  },
};

// Module level runs once for each virtual user: every user has a client, and connections, of its own.
const client = new Client({ baseUrl: env.TARGET ?? "http://127.0.0.1:8000" });
const orderSize = new Trend("order_bytes");

/** Looks at a page and its data, then reads for a moment. */
export async function browse(): Promise<void> {
  await group("page", async () => {
    const page = await client.get("/get", { query: { page: Math.ceil(Math.random() * 9) } });
    check(page, { "page is there": (response) => response.status === 200 });
  });
  await client.get("/bytes/2048");
  await sleep(0.02);
}

/** Sends an order and checks that the server understood it. */
export async function order(): Promise<void> {
  const response = await client.post("/anything", { json: { item: "umbrella", count: 2 } });
  const body = await response.text();
  orderSize.add(body.length);
  check(response, {
    "order was taken": (response) => response.ok,
    "order came through whole": () => body.includes("umbrella"),
  });
}

export default browse;
