import { type Aggregate, emptyAggregate, mergeAggregate } from "./aggregate.ts";
import { Histogram, partsOf } from "./histogram.ts";
import type { Metric } from "./metric.ts";
import type { Registry } from "./registry.ts";
import type { Tags } from "./tags.ts";
import { lowerBound, type Window } from "./_window.ts";

/** What came to one series between two looks at it. */
export interface SeriesChange {
  /** What is measured. */
  readonly metric: Metric;
  /** For which part of the load. */
  readonly tags: Tags;
  /** Everything so far. Live: it changes as samples come. */
  readonly total: Aggregate;
  /**
   * What came since the last look. A gauge: its value now, its bounds so far. The smallest and
   * largest value of a trend are exact where they are those of the whole run, else the bounds of
   * their bucket.
   */
  readonly change: Aggregate;
}

/**
 * Differences of a registry of totals from look to look, for outputs that report by interval.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { ChangeTracker, Registry } from "@downpour/downpour/metrics";
 *
 * const total = new Registry();
 * const orders = total.sink({ name: "orders", type: "counter", contains: "default" }, total.tags);
 * const tracker = new ChangeTracker();
 * orders.add(5);
 * tracker.take(total);
 * orders.add(2);
 * const [{ change } = { change: null }] = tracker.take(total);
 * assert.deepEqual(change, { type: "counter", total: 2 });
 * ```
 */
export class ChangeTracker {
  readonly #before = new Map<Aggregate, Aggregate>();

  /** The series that changed since the last call, in the order of the registry. */
  take(metrics: Registry): SeriesChange[] {
    const changes: SeriesChange[] = [];
    for (const metric of metrics.metrics()) {
      for (const { tags, aggregate } of metrics.series(metric.name)) {
        const before = this.#before.get(aggregate);
        const change = before === undefined ? copyOf(aggregate) : difference(aggregate, before);
        if (change === null) continue;
        // Sums of fractions would not add up to themselves: only large aggregates are merged.
        if (before?.type === "trend") mergeAggregate(before, change);
        else this.#before.set(aggregate, copyOf(aggregate));
        changes.push({ metric, tags, total: aggregate, change });
      }
    }
    return changes;
  }
}

function copyOf(aggregate: Aggregate): Aggregate {
  const copy: Aggregate = emptyAggregate(aggregate.type);
  mergeAggregate(copy, aggregate);
  return copy;
}

/** What to merge into `before` to get `now`; null when nothing came. */
function difference(now: Aggregate, before: Aggregate): Aggregate | null {
  if (now.type === "counter" && before.type === "counter") {
    const total = now.total - before.total;
    return total === 0 ? null : { type: "counter", total };
  }
  if (now.type === "rate" && before.type === "rate") {
    const total = now.total - before.total;
    return total === 0 ? null : { type: "rate", passes: now.passes - before.passes, total };
  }
  if (now.type === "trend" && before.type === "trend") {
    const histogram = histogramDifference(now.histogram, before.histogram);
    return histogram === null ? null : { type: "trend", histogram };
  }
  // A gauge that was set to what it was can't be told from one that was not.
  return { ...now };
}

function histogramDifference(now: Histogram, before: Histogram): Histogram | null {
  const [ours, theirs] = [partsOf(now), partsOf(before)];
  if (now.count === before.count) return null;
  const made = new Histogram();
  const { stats, positive, negatives } = partsOf(made);
  const high = addDifference(positive, ours.positive, theirs.positive);
  const low = ours.negative === undefined
    ? null
    : addDifference(negatives(), ours.negative, theirs.negative);
  const zeros = ours.stats[4]! - theirs.stats[4]!;
  stats[0] = now.count - before.count;
  stats[1] = now.sum - before.sum;
  stats[4] = zeros;
  const least = low !== null
    ? -lowerBound(low.last + 1)
    : zeros > 0
    ? 0
    : lowerBound(high?.first ?? 0);
  const most = high !== null
    ? lowerBound(high.last + 1)
    : zeros > 0
    ? 0
    : -lowerBound(low?.first ?? 0);
  stats[2] = now.min < before.min ? now.min : Math.max(now.min, least);
  stats[3] = now.max > before.max ? now.max : Math.min(now.max, most);
  return made;
}

/** Counts in `into` what `now` has more than `before`; the first and last bucket of it. */
function addDifference(
  into: Window,
  now: Window,
  before: Window | undefined,
): { first: number; last: number } | null {
  let [first, last] = [-1, -1];
  const shift = before === undefined ? 0 : now.first - before.first;
  for (let i = 0; i < now.counts.length; i++) {
    const more = now.counts[i]! - (before?.counts[i + shift] ?? 0);
    if (more === 0) continue;
    last = now.first + i;
    if (first < 0) first = last;
    into.increase(last, more);
  }
  return first < 0 ? null : { first, last };
}
