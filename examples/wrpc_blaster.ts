/**
 * Packets for a blaster: empty ones as fast as it takes them, then some of 1 MiB that ask it for
 * memory, sleep and CPU. TCP or NATS, with NATS_PREFIX, is where the blaster is served.
 *
 *     deno task demo:wrpc
 *
 * does that against blasters of its own. To run it against yours:
 *
 *     deno task downpour run examples/wrpc_blaster.ts -e TCP=10.0.0.5:7761
 */
import { env } from "@downpour/downpour";
import wrpc from "@downpour/downpour/wrpc";

export const options = {
  scenarios: {
    empty: { executor: "constant-vus", vus: 8, duration: "2s", exec: "empty" },
    busy: {
      executor: "constant-arrival-rate",
      rate: 20,
      duration: "2s",
      preAllocatedVUs: 10,
      startTime: "2s",
      exec: "busy",
    },
  },
  thresholds: {
    wrpc_blaster_transport_error: ["count==0"],
    "wrpc_blaster_duration{scenario:busy}": ["min>=30"],
  },
};

// Module level runs once for each virtual user: each has a connection of its own.
const blaster = wrpc.blaster(
  env.NATS === undefined
    ? { tcp: env.TCP ?? "127.0.0.1:7761" }
    : { nats: { url: env.NATS, prefix: env.NATS_PREFIX ?? "default" } },
);

/** What a call costs. */
export async function empty(): Promise<void> {
  await blaster.blast();
}

// A component receives it whole; over NATS it goes in as many messages as the server's limit asks for.
const payload = new Uint8Array(1024 * 1024);

/** What a component costs. An answer that takes longer than `timeout` is an error. */
export async function busy(): Promise<void> {
  await blaster.blast({ memory_burn_mb: 1, wait_ms: 20, cpu_burn_ms: 10, payload, timeout: "5s" });
}
