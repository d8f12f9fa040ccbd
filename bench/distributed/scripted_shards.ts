import { DeltaEncoder, type Metric, Registry } from "@downpour/downpour/metrics";
import {
  noIterations,
  type ShardCommand,
  type ShardEvent,
  type ShardStarter,
  type ShardStatus,
} from "../../runner/remote/mod.ts";

/** Samples that a series has between two deltas. */
const SAMPLES = 20;

const DURATION: Metric = { name: "http_req_duration", type: "trend", contains: "time" };
const REQUESTS: Metric = { name: "http_reqs", type: "counter", contains: "default" };
const FAILED: Metric = { name: "http_req_failed", type: "rate", contains: "default" };
const OPEN: Metric = { name: "open_carts", type: "gauge", contains: "default" };
/** Of ten series: as a load of HTTP requests has them. */
const MIX: readonly Metric[] = [
  ...[DURATION, DURATION, DURATION, DURATION, DURATION, DURATION],
  ...[REQUESTS, REQUESTS, FAILED, OPEN],
];

/** Shards without a script, which measure so many series. @param started called when a load begins */
export function scriptedShards(series: number, started: () => void): ShardStarter {
  return (_index, on) => {
    const { promise: ended, resolve } = Promise.withResolvers<string>();
    const stop = new AbortController();
    let deltaMs = 1000;
    const handle = async ({ id, call, args }: ShardCommand): Promise<void> => {
      let value: unknown = null;
      if (call === "load") {
        ({ deltaMs } = args);
        value = {
          options: {},
          exports: ["default"],
          functions: ["default"],
          metrics: [],
          shared: [],
        };
      } else if (call === "stop") stop.abort();
      else if (call === "start") {
        started();
        await load(series, deltaMs, args.startAt, on, stop.signal);
      }
      on({ kind: "answer", id, value });
    };
    const end = (reason: string) => {
      stop.abort();
      resolve(reason);
    };
    return {
      ...{ label: "", separate: false, ended },
      send: (command) => queueMicrotask(() => void handle(command)),
      kill: () => end("it was killed"),
      close: () => Promise.resolve(end("it was closed")),
    };
  };
}

/** Says something each period, until it is stopped. */
async function load(
  series: number,
  deltaMs: number,
  startAt: number,
  on: (event: ShardEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const metrics = new Registry();
  const encoder = new DeltaEncoder(metrics);
  const sinks = Array.from({ length: series }, (_, n) => {
    const metric = MIX[n % MIX.length]!;
    return { metric, sink: metrics.sink(metric, metrics.tags.with("name", `page-${n}`)) };
  });
  let completed = 0;
  const status = (): ShardStatus => ({
    counts: { ...noIterations(), planned: completed, started: completed, completed },
    open: { started: 0, dropped: 0, waited: 0 },
    vus: { active: 1, peak: 1, existing: 1 },
    ...{ lateness: [], lag: [[1, completed]], cpuMs: 0, loadCpuMs: 0 },
  });
  await sleep(startAt - Date.now() + Math.random() * deltaMs, signal);
  while (!signal.aborted) {
    await sleep(deltaMs, signal);
    for (const { metric, sink } of sinks) {
      for (let n = 0; n < SAMPLES; n++) sink.add(sampleOf(metric));
    }
    completed += SAMPLES;
    on({ kind: "delta", status: status(), metrics: encoder.encode() });
  }
}

/** Durations are spread as those of servers are: over two decades. */
function sampleOf({ type }: Metric): number {
  if (type === "trend") return 5 * Math.exp(Math.random() * 4.6);
  return type === "rate" ? Number(Math.random() < 0.01) : 1;
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, Math.max(0, ms));
    signal.addEventListener("abort", done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
