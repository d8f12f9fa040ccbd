import type { Histogram, Registry } from "../metrics/mod.ts";
import { histogramOf, totalOf } from "./_stats.ts";

/** Upper bounds of latency bins, milliseconds: each twice the one before; one more bin is above. */
export const BOUNDS: readonly number[] = Array.from({ length: 15 }, (_, i) => 0.064 * 2 ** i);
/** Bins of a latency. */
export const BINS: number = BOUNDS.length + 1;

/** What a latency is called, and its metric. */
export const LATENCY_METRICS = {
  connect: "packet_connecting",
  send: "packet_sending",
  read: "packet_reading",
  response: "packet_responding",
} as const;

/** The names of the latencies, in the order in which they are shown. */
export const LATENCY_NAMES = Object.keys(LATENCY_METRICS) as (keyof typeof LATENCY_METRICS)[];

/** The counts of a packet load at a moment. */
export interface PacketNumbers {
  readonly sent: { readonly packets: number; readonly bytes: number };
  readonly received: { readonly packets: number; readonly bytes: number };
  readonly connections: {
    readonly attempted: number;
    readonly successful: number;
    readonly failed: number;
    readonly active: number;
  };
  /** Sessions that failed after they were connected. */
  readonly sessionsFailed: number;
  readonly traps: number;
  /** How many measured latencies fell into each bin. */
  readonly latencies: Readonly<Record<keyof typeof LATENCY_METRICS, readonly number[]>>;
}

/** Takes the numbers of a packet load out of a run's series. */
export function packetNumbers(metrics: Registry): PacketNumbers {
  const count = (name: string) => totalOf(metrics, `packet_${name}`);
  const [attempted, failed] = [count("connections"), count("connections_failed")];
  return {
    sent: { packets: count("packets_sent"), bytes: count("bytes_sent") },
    received: { packets: count("packets_received"), bytes: count("bytes_received") },
    connections: {
      ...{ attempted, successful: count("sessions_opened"), failed },
      active: count("sessions_opened") - count("sessions_closed"),
    },
    sessionsFailed: count("sessions_failed"),
    traps: count("traps"),
    latencies: eachLatency((name) => binCounts(histogramOf(metrics, LATENCY_METRICS[name]))),
  };
}

/** What came between two moments; how many sessions are active is of the later one. */
export function packetsSince(now: PacketNumbers, before: PacketNumbers): PacketNumbers {
  const { connections: open } = now;
  return {
    sent: since(now.sent, before.sent),
    received: since(now.received, before.received),
    connections: { ...since(open, before.connections), active: open.active },
    sessionsFailed: now.sessionsFailed - before.sessionsFailed,
    traps: now.traps - before.traps,
    latencies: eachLatency((name) =>
      now.latencies[name].map((value, bin) => value - before.latencies[name][bin]!)
    ),
  };
}

/** How many values fell into each bin; one within 1/128 of a bound may be on its other side. */
export function binCounts(histogram: Histogram | null): number[] {
  const counts = new Array<number>(BINS).fill(0);
  if (histogram === null) return counts;
  let bin = 0;
  for (const [lower, upper, count] of histogram.buckets()) {
    const middle = (lower + upper) / 2;
    while (bin < BOUNDS.length && middle >= BOUNDS[bin]!) bin++;
    counts[bin]! += count;
  }
  return counts;
}

function since<T extends object>(now: T, before: T): T {
  const pairs = Object.entries(now).map(([name, value]) => [
    name,
    value - (before as Record<string, number>)[name]!,
  ]);
  return Object.fromEntries(pairs) as T;
}

function eachLatency(
  binsOf: (name: keyof typeof LATENCY_METRICS) => number[],
): PacketNumbers["latencies"] {
  return {
    connect: binsOf("connect"),
    send: binsOf("send"),
    read: binsOf("read"),
    response: binsOf("response"),
  };
}
