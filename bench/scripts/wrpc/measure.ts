import { cpuUsage } from "node:process";
import { Gauge } from "k6/metrics";
import type { TransportChoice } from "@downpour/downpour/wrpc";

declare const __ENV: Record<string, string>;

const perSecond = new Gauge("bench_per_second");
const cpuUs = new Gauge("bench_cpu_us");

/** Whom to call. */
export function target(): TransportChoice {
  const { TCP, UNIX, NATS = "", PREFIX = "", POOL = "0" } = __ENV;
  const pool = Number(POOL);
  if (TCP !== undefined) return { tcp: { address: TCP, pool } };
  return UNIX !== undefined
    ? { unix: { path: UNIX, pool } }
    : { nats: { url: NATS, prefix: PREFIX } };
}

/** Calls for `SECONDS`, `IN_FLIGHT` at once, after a second of warming up. @param weight of one call */
export async function measure(call: () => Promise<unknown>, weight: number = 1): Promise<void> {
  await untilAnswered(call);
  await during(1, call);
  const [begin, before] = [performance.now(), cpuUsage()];
  const calls = await during(Number(__ENV.SECONDS), call);
  const [tookMs, { user, system }] = [performance.now() - begin, cpuUsage(before)];
  perSecond.add((calls * weight * 1000) / tookMs);
  cpuUs.add((user + system) / calls);
}

async function during(seconds: number, call: () => Promise<unknown>): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let calls = 0;
  const loop = async () => {
    for (; performance.now() < end; calls++) await call();
  };
  await Promise.all(Array.from({ length: Number(__ENV.IN_FLIGHT) }, loop));
  return calls;
}

/** The server may not listen yet. */
async function untilAnswered(call: () => Promise<unknown>): Promise<void> {
  for (let left = 100;; left--) {
    try {
      await call();
      return;
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
