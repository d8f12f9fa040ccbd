/**
 * How long messages take from end to end when they are published at a fixed rate, whatever happens:
 * an open model. Each carries the time at which it was *planned*, not the time at which it was sent,
 * so that what had to wait behind a stall counts in full (coordinated omission is corrected); the
 * difference shows beside it.
 *
 *     deno task demo:nats
 *
 * does that against a server of its own. To run it against yours:
 *
 *     deno task downpour run examples/nats_latency.ts -e NATS_URL=nats://10.0.0.5:4222
 */
import { env, scenario, sleep, Trend } from "@downpour/downpour";
import nats from "@downpour/downpour/nats";

const RATE = 500;
const SECONDS = 3;

export const options = {
  scenarios: {
    // One subscriber, there before the first message and a second after the last one.
    receive: {
      executor: "per-vu-iterations",
      vus: 1,
      iterations: 1,
      maxDuration: "20s",
      exec: "receive",
    },
    publish: {
      executor: "constant-arrival-rate",
      startTime: "1s",
      rate: RATE,
      duration: `${SECONDS}s`,
      gracefulStop: "2s",
      preAllocatedVUs: 10,
      maxVUs: 10,
      exec: "publish",
    },
  },
  thresholds: {
    // From the planned time to the handler; and without the publisher's own delay.
    nats_delivery_latency: ["p(99)<500"],
    latency_from_sent: ["p(99)<500"],
    nats_msgs_received: [`count>=${RATE * SECONDS * 0.95}`],
    nats_errors: ["count==0"],
  },
};

const fromSent = new Trend("latency_from_sent", true);

// Module level runs once for each virtual user: each has a connection of its own, before the load.
const conn = await nats.connect({ urls: [env.NATS_URL ?? "nats://127.0.0.1:4222"] });

/** Takes every message: the connection measures its latency by the stamp. */
export async function receive(): Promise<void> {
  conn.subscribe("latency.probe", "", (message) => {
    fromSent.add(message.timestamp - Number(message.text()));
  });
  await sleep(SECONDS + 2);
}

/** Publishes one message, at its time or as soon after it as possible. */
export function publish(): void {
  const plannedAt = scenario.startTime + (scenario.iterationInTest * 1000) / RATE;
  const sentAt = performance.timeOrigin + performance.now();
  conn.publish("latency.probe", String(sentAt), { stamp: "header", plannedAt });
}
