import { type Aggregate, emptyAggregate, mergeAggregate, type Series } from "./aggregate.ts";
import type { Metric } from "./metric.ts";
import type { Sink } from "./recorder.ts";
import type { Tags } from "./tags.ts";

/** What all series of a registry share. */
export interface SeriesOwner {
  /** Counts sets of gauges, so that of several series the one set last is known. */
  gaugeClock: number;
  /** Takes note of a sample that is not a finite number. */
  reject(metric: Metric): void;
}

/** A series that takes samples (or another series' sum of them) and can be emptied. */
export interface LiveSeries extends Series, Sink {
  /** Whether samples came since it was made or emptied. */
  readonly used: boolean;
  /** Gauges: when it was set, by the owner's gauge clock. */
  readonly setAt: number;
  merge(from: Aggregate): void;
  /** Back to no samples; whoever keeps it as a sink goes on using it. */
  drain(): void;
}

/** A series of the metric's kind: one class a kind, so that `add` is straight-line code. */
export function makeSeries(metric: Metric, tags: Tags, owner: SeriesOwner): LiveSeries {
  switch (metric.type) {
    case "counter":
      return new CounterSeries(metric, tags, owner);
    case "gauge":
      return new GaugeSeries(metric, tags, owner);
    case "rate":
      return new RateSeries(metric, tags, owner);
    case "trend":
      return new TrendSeries(metric, tags, owner);
  }
}

class CounterSeries implements LiveSeries {
  readonly aggregate = emptyAggregate("counter");
  readonly setAt = 0;
  used = false;

  constructor(readonly metric: Metric, readonly tags: Tags, readonly owner: SeriesOwner) {}

  add(value: number): void {
    // NaN and the infinities minus themselves are NaN; anything else is 0.
    if (value - value !== 0) return this.owner.reject(this.metric);
    this.aggregate.total += value;
    this.used = true;
  }

  merge(from: Aggregate): void {
    mergeAggregate(this.aggregate, from);
    this.used = true;
  }

  drain(): void {
    this.aggregate.total = 0;
    this.used = false;
  }
}

class GaugeSeries implements LiveSeries {
  readonly aggregate = emptyAggregate("gauge");
  setAt = 0;
  used = false;

  constructor(readonly metric: Metric, readonly tags: Tags, readonly owner: SeriesOwner) {}

  add(value: number): void {
    if (value - value !== 0) return this.owner.reject(this.metric);
    const { aggregate } = this;
    aggregate.value = value;
    if (value < aggregate.min) aggregate.min = value;
    if (value > aggregate.max) aggregate.max = value;
    this.#stamp();
  }

  merge(from: Aggregate): void {
    mergeAggregate(this.aggregate, from);
    this.#stamp();
  }

  drain(): void {
    const { aggregate } = this;
    aggregate.min = Infinity;
    aggregate.max = -Infinity;
    this.used = false;
  }

  #stamp(): void {
    this.setAt = ++this.owner.gaugeClock;
    this.used = true;
  }
}

class RateSeries implements LiveSeries {
  readonly aggregate = emptyAggregate("rate");
  readonly setAt = 0;

  constructor(readonly metric: Metric, readonly tags: Tags, readonly owner: SeriesOwner) {}

  get used(): boolean {
    return this.aggregate.total > 0;
  }

  add(value: number): void {
    if (value - value !== 0) return this.owner.reject(this.metric);
    const { aggregate } = this;
    if (value !== 0) aggregate.passes += 1;
    aggregate.total += 1;
  }

  merge(from: Aggregate): void {
    mergeAggregate(this.aggregate, from);
  }

  drain(): void {
    this.aggregate.passes = 0;
    this.aggregate.total = 0;
  }
}

class TrendSeries implements LiveSeries {
  readonly aggregate = emptyAggregate("trend");
  readonly setAt = 0;
  readonly #histogram = this.aggregate.histogram;

  constructor(readonly metric: Metric, readonly tags: Tags, readonly owner: SeriesOwner) {}

  get used(): boolean {
    return this.#histogram.count > 0;
  }

  add(value: number): void {
    if (value - value !== 0) return this.owner.reject(this.metric);
    this.#histogram.add(value);
  }

  merge(from: Aggregate): void {
    mergeAggregate(this.aggregate, from);
  }

  drain(): void {
    this.#histogram.clear();
  }
}
