import { Histogram, type MetricContents, type MetricType, Registry } from "../metrics/mod.ts";
import type { IterationCounts, LogEntry, RunResult } from "../runner/mod.ts";
import type { RunRecord } from "./record.ts";
import { RunRecorder } from "./recorder.ts";

/** A source of numbers in [0, 1) (mulberry32): one seed, one sequence. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Totals with nothing in them. */
export const noIterations = {
  ...{ planned: 0, started: 0, completed: 0, interrupted: 0, dropped: 0, thrown: 0, late: 0 },
};

/** A log-normal duration: half of them below `median`, one in a hundred above `median * tail`. */
export function duration(random: () => number, median: number, tail: number): number {
  // Box and Muller's normal number.
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(Math.log(tail) / 2.326 * normal);
}

/** An endpoint of a generated run. */
export interface FakeEndpoint {
  readonly method: string;
  readonly name: string;
  /** Requests a second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly median: number;
  /** How much longer the 99th percentile is than the median. */
  readonly tail: number;
  /** Share of requests that are answered with 503, 0 to 1. */
  readonly failing: number;
}

/** How a run is generated. */
export interface FakeRun {
  readonly seed?: number;
  readonly seconds?: number;
  readonly name?: string;
  readonly endpoints?: readonly FakeEndpoint[];
  readonly startedAt?: number;
  readonly exitCode?: number;
  readonly log?: readonly LogEntry[];
}

/** Two endpoints of a shop: the second is slower, and fails now and then. */
export const SHOP: readonly FakeEndpoint[] = [
  { method: "GET", name: "http://127.0.0.1:8000/", rate: 40, median: 2, tail: 5, failing: 0 },
  {
    method: "GET",
    name: "http://127.0.0.1:8000/cart",
    rate: 10,
    median: 5,
    tail: 8,
    failing: 0.014,
  },
];

/**
 * A finished run as its record has it: ten minutes of two endpoints unless told, with thresholds
 * (the second fails), checks, a log, and a slow half minute in the middle.
 */
export function fakeRecord(given: FakeRun = {}): RunRecord {
  const { seed = 1, seconds = 600, endpoints = SHOP } = given;
  const random = seeded(seed);
  const metrics = new Registry();
  const recorder = new RunRecorder();
  const log = given.log ?? [
    { level: "info", text: "items: 42", source: "script" },
    { level: "warn", text: "the cart is slow", source: "script" },
  ] satisfies LogEntry[];
  let iterations = 0;
  for (let second = 0; second < seconds; second++) {
    if (second < log.length) recorder.log(log[second]!);
    const slow = second > seconds * 0.5 && second < seconds * 0.55 ? 2 : 1;
    iterations += oneSecond(metrics, endpoints, random, slow);
    const elapsedMs = (second + 1) * 1000 + Math.floor(random() * 5);
    recorder.progress({ metrics, elapsedMs, iterations: noIterations });
  }
  const result = fakeResult(metrics, given, iterations, seconds * 1000);
  return recorder.record(result, { script: { path: "shop.ts", sha256: "ab".repeat(32) } });
}

function oneSecond(
  metrics: Registry,
  endpoints: readonly FakeEndpoint[],
  random: () => number,
  slow: number,
): number {
  const scenario = "browse";
  const add = (
    name: string,
    type: MetricType,
    value: number,
    tags: Record<string, string>,
    contains: MetricContents = "default",
  ) => metrics.sink({ name, type, contains }, metrics.tags.withAll(tags)).add(value);
  let iterations = 0;
  for (const { method, name, rate, median, tail, failing } of endpoints) {
    const count = Math.round(rate * (0.9 + random() * 0.2));
    for (let n = 0; n < count; n++) {
      const failed = random() < failing;
      const tags = {
        ...{ scenario, method, name, url: name, proto: "HTTP/1.1" },
        status: failed ? "503" : "200",
        expected_response: String(!failed),
        ...(failed ? { error_code: "1503" } : {}),
      };
      const ms = duration(random, median * slow, tail);
      add("http_reqs", "counter", 1, tags);
      add("http_req_failed", "rate", failed ? 1 : 0, tags);
      add("http_req_duration", "trend", ms, tags, "time");
      add("http_req_blocked", "trend", 0.01, tags, "time");
      add("http_req_connecting", "trend", 0, tags, "time");
      add("http_req_tls_handshaking", "trend", 0, tags, "time");
      add("http_req_sending", "trend", 0.02, tags, "time");
      add("http_req_waiting", "trend", ms * 0.9, tags, "time");
      add("http_req_receiving", "trend", ms * 0.1, tags, "time");
      add("checks", "rate", failed ? 0 : 1, { scenario, check: "is 200", group: "" });
      add("iterations", "counter", 1, { scenario });
      add("iteration_duration", "trend", ms + 0.1, { scenario }, "time");
      iterations++;
    }
  }
  add("data_sent", "counter", iterations * 120, { scenario }, "data");
  add("data_received", "counter", iterations * 480, { scenario }, "data");
  add("vus", "gauge", 10, {});
  add("vus_max", "gauge", 10, {});
  return iterations;
}

function fakeResult(
  metrics: Registry,
  { name = "shop.ts", startedAt = Date.UTC(2026, 0, 2, 3, 4, 5), exitCode = 99 }: FakeRun,
  completed: number,
  durationMs: number,
): RunResult {
  const counts: IterationCounts = {
    ...{ planned: completed, started: completed, completed },
    ...{ interrupted: 0, dropped: 0, thrown: 0, late: 0 },
  };
  const value = (metric: string) => {
    const found = metrics.select(metric);
    if (found?.type === "trend") return found.histogram.percentile(99);
    return found?.type === "rate" ? found.passes / found.total : null;
  };
  return {
    name,
    options: {
      scenarios: [{
        ...{ name: "browse", executor: "constant-vus", vus: 10, durationMs, startTimeMs: 0 },
        ...{ gracefulStopMs: 30_000, exec: "default", env: {}, tags: {} },
      }],
      segment: { offset: 0, stride: 1 },
      thresholds: {},
      tags: {},
      systemTags: [],
      ...{ paused: false, linger: false, setupTimeoutMs: 60_000, teardownTimeoutMs: 60_000 },
      ...{ handleSummaryTimeoutMs: 120_000, minIterationDurationMs: 0 },
      ...{ noSetup: false, noTeardown: false, noThresholds: false },
      summaryTrendStats: ["avg", "min", "med", "max", "p(90)", "p(95)"],
      summaryTimeUnit: null,
      summaryMode: "compact",
      client: {},
    },
    startedAt,
    durationMs,
    pausedMs: 0,
    metrics,
    thresholds: [
      {
        metric: "http_req_failed",
        expression: "rate<0.01",
        ok: true,
        value: value("http_req_failed"),
      },
      {
        metric: "http_req_duration",
        expression: "p(99)<10",
        ok: exitCode !== 99,
        value: value("http_req_duration"),
      },
    ],
    iterations: counts,
    generator: {
      ...{ cpuSeconds: 12.2, cpuShare: 0.61, loopLagP99Ms: 2, open: null },
      verdict: "kept-up",
      reasons: [],
    },
    shards: [{
      ...{ index: 0, name: "shard 0", state: "done", reason: null, instead: null },
      ...{ iterations: counts, share: 1, vus: 2, cpuShare: 0.04, lagP99Ms: 1, link: null },
      durations: new Histogram(),
    }],
    complete: true,
    outputs: [],
    vusMax: 10,
    failures: [],
    exitCode,
    handleSummary: null,
  };
}
