import { Histogram, type Registry, type Tags } from "../../metrics/mod.ts";

/** Times of requests, milliseconds. */
export interface Latency {
  /** Mean. */
  readonly avg: number;
  /** Fastest. */
  readonly min: number;
  /** Median. */
  readonly p50: number;
  /** 90th percentile. */
  readonly p90: number;
  /** 95th percentile. */
  readonly p95: number;
  /** 99th percentile. */
  readonly p99: number;
  /** Slowest. */
  readonly max: number;
}

/** What some results add up to. */
export interface ResultSummary {
  /** Results. */
  readonly count: number;
  /** Of these, with an `error`. */
  readonly errors: number;
  /** Of these, with an `error`, or with a status that is not from 200 to 399. */
  readonly failed: number;
  /** Results by class of their status, as in `{"2xx": 12, "5xx": 1}`; `other` is none of 1xx to 5xx. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Sum of the sizes, bytes. */
  readonly bytes: number;
  /** Results a second, over the time of the whole job. */
  readonly rate: number;
  /** Times of the requests. */
  readonly latency: Latency;
}

/** Results of one method and URL. */
export interface EndpointSummary extends ResultSummary {
  /** `(other)` beyond the number that is told apart, `(none)` for an empty one. */
  readonly method: string;
  /** The same. */
  readonly url: string;
}

/** What the results of a job add up to. */
export interface JobSummary extends ResultSummary {
  /** Name of the job. */
  readonly job: string;
  /** When the first request began, ISO 8601; null without results. */
  readonly startedAt: string | null;
  /** When the last one ended, ISO 8601; null without results. */
  readonly endedAt: string | null;
  /** Between the two, milliseconds. */
  readonly durationMs: number;
  /** By method and URL, those with the most results first. */
  readonly endpoints: readonly EndpointSummary[];
}

/** What is added up of the series that belong together. */
interface Sum {
  count: number;
  errors: number;
  failed: number;
  bytes: number;
  readonly statuses: Map<string, number>;
  readonly durations: Histogram;
}

/** A job's summary from its totals: of `ResultTotals`, or several of them merged. */
export function summarizeJob(job: string, totals: Registry): JobSummary {
  const whole = newSum();
  const byEndpoint = new Map<string, Sum & { method: string; url: string }>();
  const sumsOf = (tags: Tags): Sum[] => {
    const [method, url] = [tags.get("method") ?? "(other)", tags.get("url") ?? "(other)"];
    const key = `${method} ${url}`;
    let sum = byEndpoint.get(key);
    if (sum === undefined) byEndpoint.set(key, sum = { ...newSum(), method, url });
    return [whole, sum];
  };
  for (const { tags, aggregate } of totals.series("http_reqs")) {
    if (aggregate.type !== "counter") continue;
    const name = statusClass(tags.get("status"));
    for (const sum of sumsOf(tags)) {
      sum.count += aggregate.total;
      sum.statuses.set(name, (sum.statuses.get(name) ?? 0) + aggregate.total);
    }
  }
  for (const { tags, aggregate } of totals.series("http_req_duration")) {
    if (aggregate.type !== "trend") continue;
    for (const sum of sumsOf(tags)) sum.durations.merge(aggregate.histogram);
  }
  for (const { tags, aggregate } of totals.series("http_req_failed")) {
    if (aggregate.type !== "rate") continue;
    for (const sum of sumsOf(tags)) sum.failed += aggregate.passes;
  }
  for (const [name, field] of [["data_received", "bytes"], ["result_errors", "errors"]] as const) {
    for (const { tags, aggregate } of totals.series(name)) {
      if (aggregate.type !== "counter") continue;
      for (const sum of sumsOf(tags)) sum[field] += aggregate.total;
    }
  }
  const [start, end] = timesOf(totals);
  const durationMs = end - start;
  const endpoints = [...byEndpoint.values()].sort((a, b) => b.count - a.count);
  return {
    job,
    startedAt: start === 0 ? null : new Date(start).toISOString(),
    endedAt: start === 0 ? null : new Date(end).toISOString(),
    durationMs,
    ...shown(whole, durationMs),
    endpoints: endpoints.map((sum) => ({
      method: sum.method,
      url: sum.url,
      ...shown(sum, durationMs),
    })),
  };
}

/** How long the load of a job took by its results, milliseconds. */
export function durationOf(totals: Registry): number {
  const [start, end] = timesOf(totals);
  return end - start;
}

function timesOf(totals: Registry): [start: number, end: number] {
  const time = totals.select("result_time");
  return time?.type === "gauge" ? [time.min, time.max] : [0, 0];
}

function newSum(): Sum {
  return {
    count: 0,
    errors: 0,
    failed: 0,
    bytes: 0,
    statuses: new Map(),
    durations: new Histogram(),
  };
}

function statusClass(status: string | undefined): string {
  return /^[1-5]\d\d$/.test(status ?? "") ? `${status![0]}xx` : "other";
}

function shown(
  { count, errors, failed, bytes, statuses, durations }: Sum,
  durationMs: number,
): ResultSummary {
  const at = (p: number) => durations.percentile(p);
  return {
    count,
    errors,
    failed,
    statuses: Object.fromEntries([...statuses].sort(([a], [b]) => a < b ? -1 : 1)),
    bytes,
    rate: durationMs > 0 ? count / (durationMs / 1000) : 0,
    latency: {
      avg: durations.mean(),
      min: durations.min,
      p50: at(50),
      p90: at(90),
      p95: at(95),
      p99: at(99),
      max: durations.max,
    },
  };
}
