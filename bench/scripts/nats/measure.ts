import { Gauge } from "k6/metrics";
import nats from "k6/x/nats";

declare const __ENV: Record<string, string>;

/** How many messages or requests. */
export const COUNT = Number(__ENV.COUNT);
/** How many of them may be on their way at once. */
export const IN_FLIGHT = Number(__ENV.IN_FLIGHT);
/** What they carry. */
export const payload = new Uint8Array(Number(__ENV.BYTES)).fill(0x61);

const perSecond = new Gauge("bench_per_second");

/** A connection to the server of the bench. */
export function connect() {
  return nats.connect({ urls: [__ENV.NATS_URL ?? ""] });
}

/** Does the work and records the rate of `COUNT`. */
export async function measure(work: () => Promise<unknown>): Promise<void> {
  const begin = performance.now();
  await work();
  perSecond.add((COUNT * 1000) / (performance.now() - begin));
}

/** Publishes `COUNT` messages by tens of thousands: while one lot is being flushed, the next is made. */
export async function inLots(
  flush: () => Promise<unknown>,
  publish: (count: number) => void,
): Promise<void> {
  const LOT = 10_000;
  let flushed: Promise<unknown> = Promise.resolve();
  for (let sent = 0; sent < COUNT; sent += LOT) {
    publish(Math.min(LOT, COUNT - sent));
    await flushed;
    flushed = flush();
  }
  await flushed;
}
