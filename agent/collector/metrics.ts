import { type Metric, Registry, type Sink } from "../../metrics/mod.ts";
import type { ResultLine } from "../result.ts";

const REQUESTS: Metric = { name: "http_reqs", type: "counter", contains: "default" };
const DURATION: Metric = { name: "http_req_duration", type: "trend", contains: "time" };
const FAILED: Metric = { name: "http_req_failed", type: "rate", contains: "default" };
const RECEIVED: Metric = { name: "data_received", type: "counter", contains: "data" };
const ERRORS: Metric = { name: "result_errors", type: "counter", contains: "default" };
/** Its smallest and largest value are the first and the last moment of a job. */
const TIME: Metric = { name: "result_time", type: "gauge", contains: "time" };

/**
 * What results add up to, under the names that a load test in TypeScript has them, so that
 * thresholds and summaries are the same. All but the last have the tags `method`, `url` and
 * `status`.
 */
export const RESULT_METRICS: readonly Metric[] = [
  REQUESTS,
  DURATION,
  FAILED,
  RECEIVED,
  ERRORS,
  TIME,
];

/** Values of one tag that are told apart; others are `(other)`. */
const MAX_TAG_VALUES = 800;
/** For as many URLs as that, with a few methods and statuses each. */
const MAX_SERIES = 12_000;
/** What a result counts as that has no such thing. */
const NONE = "(none)";
/** Times outside are those of a clock that was never set: before 2000, from 2200 on. */
const [FIRST_TIME, LAST_TIME] = [Date.UTC(2000), Date.UTC(2200)];

/** The sinks of one method, URL and status. */
interface Sinks {
  readonly requests: Sink;
  readonly durations: Sink;
  readonly failed: Sink;
  readonly received: Sink;
  readonly errors: Sink;
}

/** Sums up results as they come, in memory that does not grow with their number. */
export class ResultTotals {
  /** The totals so far. */
  readonly registry: Registry = new Registry({
    maxSeries: MAX_SERIES,
    maxTagValues: MAX_TAG_VALUES,
  });
  readonly #known = new Map<string, Sinks>();
  readonly #time: Sink = this.registry.sink(TIME, this.registry.tags);

  /** Counts one result. */
  add({ method, url, status, size, duration, timestamp, error }: ResultLine): void {
    const key = `${status} ${method} ${url}`;
    const sinks = this.#known.get(key) ?? this.#introduce(key, method, url, status);
    const ms = duration / 1e6;
    sinks.requests.add(1);
    sinks.durations.add(ms);
    sinks.failed.add(error !== null || status < 200 || status > 399 ? 1 : 0);
    sinks.received.add(size);
    if (error !== null) sinks.errors.add(1);
    const start = Date.parse(timestamp);
    if (!(start >= FIRST_TIME && start < LAST_TIME)) return;
    this.#time.add(start);
    this.#time.add(start + ms);
  }

  #introduce(key: string, method: string, url: string, status: number): Sinks {
    const { registry } = this;
    const tags = registry.tags.withAll({
      method: method || NONE,
      url: url || NONE,
      status: String(status),
    });
    const sinks = {
      requests: registry.sink(REQUESTS, tags),
      durations: registry.sink(DURATION, tags),
      failed: registry.sink(FAILED, tags),
      received: registry.sink(RECEIVED, tags),
      errors: registry.sink(ERRORS, tags),
    };
    // Beyond the bounds there are few series, and any number of keys.
    if (this.#known.size < MAX_SERIES) this.#known.set(key, sinks);
    return sinks;
  }
}
