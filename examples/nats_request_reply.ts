/**
 * Requests and replies: ten clients ask, each of them again as soon as it has the answer, and two
 * services in a queue group share the questions.
 *
 *     deno task demo:nats
 *
 * does that against a server of its own. To run it against yours:
 *
 *     deno task downpour run examples/nats_request_reply.ts -e NATS_URL=nats://10.0.0.5:4222
 */
import { check, env, sleep, vu } from "@downpour/downpour";
import nats from "@downpour/downpour/nats";

const SECONDS = 3;

export const options = {
  scenarios: {
    serve: {
      executor: "per-vu-iterations",
      vus: 2,
      iterations: 1,
      maxDuration: "20s",
      exec: "serve",
    },
    ask: {
      executor: "constant-vus",
      startTime: "1s",
      vus: 10,
      duration: `${SECONDS}s`,
      gracefulStop: "1s",
      exec: "ask",
    },
  },
  thresholds: {
    checks: ["rate==1"],
    nats_request_duration: ["p(95)<100"],
    nats_errors: ["count==0"],
  },
};

// Module level runs once for each virtual user: each has a connection of its own, before the load.
const conn = await nats.connect({ urls: [env.NATS_URL ?? "nats://127.0.0.1:4222"] });

/** Answers until the others are done. */
export async function serve(): Promise<void> {
  conn.subscribe("orders.price", "pricing", (message) => {
    const { item, count } = message.json() as { item: string; count: number };
    message.respond({ item, total: count * 3, by: vu.idInTest });
  });
  await sleep(SECONDS + 3);
}

/** Asks for a price and checks it. */
export async function ask(): Promise<void> {
  const count = Math.ceil(Math.random() * 9);
  const reply = await conn.request("orders.price", { item: "umbrella", count }, 5000);
  const { total } = reply.json() as { total: number };
  check(total, { "price is right": (total) => total === count * 3 });
}
