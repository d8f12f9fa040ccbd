import { OptionError } from "../internal/mod.ts";
import type { Metric } from "../metrics/mod.ts";
import { type Attempt, HTTP_METRICS, tagsOf, type Timings } from "./samples.ts";

/** One sample about to be recorded: change it, or delete it from the record it stands in. */
export interface EditableMetric {
  /** Milliseconds for times, a count for counters, true or false for rates. */
  value: number | boolean;
  /** The tags it is recorded with, the place's among them. */
  tags: Record<string, string>;
}

/** Samples by metric name. */
export type EditableMetrics = Record<string, EditableMetric>;

/** What `record` would record of an attempt, as something to change. */
export function editableMetrics(attempt: Attempt): EditableMetrics {
  const { timings, status, isExpected } = attempt;
  const tags = Object.fromEntries(tagsOf(attempt).entries);
  const { blocked, connecting, tls, sending, waiting, receiving } = timings;
  const failed = !(isExpected !== null && status > 0 && isExpected(status));
  const values: [metric: { readonly name: string }, value: number | boolean][] = [
    [HTTP_METRICS.reqs, 1],
    ...(isExpected === null ? [] : [[HTTP_METRICS.failed, failed] as [{ name: string }, boolean]]),
    [HTTP_METRICS.blocked, blocked],
    [HTTP_METRICS.connecting, connecting],
    [HTTP_METRICS.tls, tls],
    [HTTP_METRICS.sending, sending],
    [HTTP_METRICS.waiting, waiting],
    [HTTP_METRICS.receiving, receiving],
    [HTTP_METRICS.duration, sending + waiting + receiving],
    ...(attempt.more ? more(timings) : []),
  ];
  return Object.fromEntries(
    values.map(([{ name }, value]) => [name, { value, tags: { ...tags } }]),
  );
}

function more({ lookup, blocked, sending, waiting, receiving }: Timings): [Metric, number][] {
  const total = blocked + sending + waiting + receiving;
  return [[HTTP_METRICS.lookingUp, lookup], [HTTP_METRICS.total, total]];
}

const BY_NAME = new Map(Object.values(HTTP_METRICS).map((metric) => [metric.name, metric]));

/**
 * Records what is left of edited samples.
 *
 * @throws {OptionError} for a metric that HTTP doesn't record, or a value that isn't a number
 */
export function recordEdited(metrics: EditableMetrics, { context }: Attempt): void {
  const { recorder } = context;
  for (const [name, { value, tags }] of Object.entries(metrics)) {
    const metric = BY_NAME.get(name);
    if (metric === undefined) {
      throw new OptionError("metrics", `response.metrics has no ${name}: use a metric of your own`);
    }
    if (typeof value !== "boolean" && !Number.isFinite(value)) {
      throw new OptionError("metrics", `response.metrics.${name}.value is not a number: ${value}`);
    }
    recorder.sink(metric, recorder.tags.withAll(tags)).add(Number(value));
  }
}
