import type { Aggregate } from "./aggregate.ts";
import { Histogram, partsOf } from "./histogram.ts";
import type { Metric } from "./metric.ts";
import { type Registry, registryParts } from "./registry.ts";
import { bucketOf } from "./_window.ts";

/** What a histogram was written down as. */
export interface WrittenHistogram {
  /** Of all values. */
  readonly sum: number;
  /** The smallest value. */
  readonly min: number;
  /** The largest value. */
  readonly max: number;
  /** Of each bucket a value that lies in it, and its count, in turn. */
  readonly buckets: readonly number[];
}

/** A histogram that was written down: it counts the same, but what was below 2^-64 as zero. */
export function restoreHistogram({ sum, min, max, buckets }: WrittenHistogram): Histogram {
  const made = new Histogram();
  const { stats, positive, negatives } = partsOf(made);
  let count = 0;
  for (let i = 0; i + 1 < buckets.length; i += 2) {
    const [value, times] = [buckets[i]!, buckets[i + 1]!];
    if (value > 0) positive.increase(bucketOf(value), times);
    else if (value < 0) negatives().increase(bucketOf(-value), times);
    else stats[4]! += times;
    count += times;
  }
  if (count > 0) stats.set([count, sum, min, max]);
  return made;
}

/** Adds what was written down of a series to a registry. @throws {MetricError} as `Registry.sink` */
export function restoreSeries(
  registry: Registry,
  metric: Metric,
  tags: Readonly<Record<string, string>>,
  aggregate: Aggregate,
): void {
  registryParts(registry).find(metric, registry.tags.withAll(tags)).merge(aggregate);
}
