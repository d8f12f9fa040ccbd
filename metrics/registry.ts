import { type LiveSeries, makeSeries, type SeriesOwner } from "./_series.ts";
import { type Aggregate, emptyAggregate, mergeAggregate, type Series } from "./aggregate.ts";
import { MetricError } from "./errors.ts";
import { FailureSamples } from "./failures.ts";
import { Interner } from "./_interner.ts";
import type { Metric } from "./metric.ts";
import type { Recorder, Sink } from "./recorder.ts";
import type { Tags } from "./tags.ts";
import type { RegistryWarning } from "./warnings.ts";

/** Bounds of a registry. */
export interface RegistryOptions {
  /**
   * Series with tags, of all metrics together. A further one's samples go to the metric's series
   * without tags.
   *
   * @default {20_000}
   */
  maxSeries?: number;
  /**
   * Distinct values of one tag; further ones become `(other)`.
   *
   * @default {1000}
   */
  maxTagValues?: number;
  /**
   * Makes what is recorded of a tag's value: called once for each new value of a set. Default: the
   * value as it is.
   */
  redact?: (value: string) => string;
  /** Called once for every bound that is reached, and for every metric fed with NaN or infinity. */
  onWarning?: (warning: RegistryWarning) => void;
}

/** Metrics of one registry: scripts make a few, so more than this is a script that never stops. */
const MAX_METRICS = 2000;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const TYPES: readonly string[] = ["counter", "gauge", "rate", "trend"];

/** A metric and its series by tag set. */
interface Entry {
  readonly metric: Metric;
  readonly series: Map<Tags, LiveSeries>;
}

/** What the delta codec needs of a registry; both lists only grow. */
export interface RegistryParts {
  /** Every metric in the order it was made. */
  readonly metrics: readonly Metric[];
  /** Every series in the order it was made. */
  readonly series: readonly LiveSeries[];
  find(metric: Metric, tags: Tags): LiveSeries;
  /** From now on `sink` hands out what `make` makes of a series. */
  tee(make: (series: LiveSeries) => Sink): void;
}

/** For this folder only. */
export let registryParts: (registry: Registry) => RegistryParts;

/**
 * Every series of a process, or the sum of many processes' series: samples come in through
 * sinks, reads merge series on demand.
 *
 * A shard's registry is emptied by its `DeltaEncoder`, a merging one is filled by
 * `DeltaDecoder`s and holds the totals. Memory is bounded by the options, whatever tags and
 * values come.
 */
export class Registry implements Recorder {
  /** The empty tag set. */
  readonly tags: Tags;
  /** The first few calls that failed, of each kind. */
  readonly failures: FailureSamples = new FailureSamples();
  readonly #entries = new Map<string, Entry>();
  readonly #metrics: Metric[] = [];
  readonly #series: LiveSeries[] = [];
  readonly #interner: Interner;
  readonly #owner: SeriesOwner;
  readonly #maxSeries: number;
  readonly #warnings = new Map<string, RegistryWarning>();
  readonly #onWarning: ((warning: RegistryWarning) => void) | undefined;
  #tee: ((series: LiveSeries) => Sink) | null = null;
  #tagged = 0;
  #overflowed = 0;
  #rejected = 0;

  static {
    registryParts = (registry) => ({
      metrics: registry.#metrics,
      series: registry.#series,
      find: (metric, tags) => registry.#find(metric, tags),
      tee: (make) => void (registry.#tee = make),
    });
  }

  /** Makes an empty registry. */
  constructor(options: RegistryOptions = {}) {
    const { maxSeries = 20_000, maxTagValues = 1000, redact, onWarning } = options;
    this.#maxSeries = maxSeries;
    this.#onWarning = onWarning;
    this.#interner = new Interner({
      maxTagValues,
      redact: redact ?? ((value) => value),
      warn: (warning) => this.#warn(warning),
    });
    this.tags = this.#interner.root;
    this.#owner = { gaugeClock: 0, reject: (metric) => this.#reject(metric) };
  }

  /**
   * The sink of a series, made on first use. It stays valid when the registry is drained. NaN and
   * the infinities are counted in `rejected` and otherwise passed over.
   *
   * @throws {MetricError} `metric_conflict` when the name is taken by a metric of another kind or
   *   unit; `name_invalid`; `metric_limit` beyond 2000 metrics
   */
  sink(metric: Metric, tags: Tags): Sink {
    const series = this.#find(metric, tags);
    return this.#tee === null ? series : this.#tee(series);
  }

  /** A metric by name, also before its first sample. */
  metric(name: string): Metric | undefined {
    return this.#entries.get(name)?.metric;
  }

  /** The metrics that have samples, in the order they were made. */
  *metrics(): Generator<Metric> {
    for (const { metric, series } of this.#entries.values()) {
      for (const one of series.values()) {
        if (!one.used) continue;
        yield metric;
        break;
      }
    }
  }

  /** The series of a metric that have samples, in the order they were made. */
  *series(name: string): Generator<Series> {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    for (const series of entry.series.values()) if (series.used) yield series;
  }

  /**
   * One metric over all its series whose tags contain `where`, merged into a fresh aggregate;
   * undefined when there are no samples. A gauge has the value that was set last.
   */
  select(name: string, where: Readonly<Record<string, string>> = {}): Aggregate | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    const wanted = Object.entries(where);
    let merged: Aggregate | undefined;
    let setAt = 0;
    for (const series of entry.series.values()) {
      if (!series.used || !wanted.every(([k, v]) => series.tags.get(k) === v)) continue;
      merged ??= emptyAggregate(entry.metric.type);
      const kept = merged.type === "gauge" ? merged.value : 0;
      mergeAggregate(merged, series.aggregate);
      if (merged.type === "gauge") {
        if (series.setAt < setAt) merged.value = kept;
        else setAt = series.setAt;
      }
    }
    return merged;
  }

  /** Adds everything that another registry holds, whose series stay as they are. */
  merge(other: Registry): void {
    for (const { used, metric, tags, aggregate } of other.#series) {
      if (used) this.#find(metric, tags).merge(aggregate);
    }
  }

  /** The bounds that were reached so far, each one once. */
  get warnings(): readonly RegistryWarning[] {
    return [...this.#warnings.values()];
  }

  /** How many look-ups of a sink got the series without tags for want of room. */
  get overflowed(): number {
    return this.#overflowed;
  }

  /** How many samples were passed over because they were not finite. */
  get rejected(): number {
    return this.#rejected;
  }

  #find(metric: Metric, tags: Tags): LiveSeries {
    const entry = this.#entries.get(metric.name);
    if (entry !== undefined) {
      const known = entry.metric;
      if (known !== metric && !(known.type === metric.type && known.contains === metric.contains)) {
        throw new MetricError(
          "metric_conflict",
          `Can't make the metric ${metric.name} a ${describe(metric)}: it is a ${describe(known)}`,
        );
      }
      const series = entry.series.get(tags);
      if (series !== undefined) return series;
    }
    return this.#make(entry ?? this.#declare(metric), tags);
  }

  #declare(metric: Metric): Entry {
    const { name, type, contains } = metric;
    checkMetricName(name);
    if (!TYPES.includes(type)) {
      throw new MetricError(
        "metric_conflict",
        `Can't make the metric ${name} a ${type} (choose one of ${TYPES.join(", ")})`,
      );
    }
    if (this.#metrics.length >= MAX_METRICS) {
      throw new MetricError(
        "metric_limit",
        `Can't make the metric ${name}: there are ${MAX_METRICS} already`,
      );
    }
    const entry: Entry = { metric: { name, type, contains }, series: new Map() };
    this.#entries.set(name, entry);
    this.#metrics.push(entry.metric);
    return entry;
  }

  #make(entry: Entry, tags: Tags): LiveSeries {
    let own = this.#interner.adopt(tags);
    if (own !== this.tags && this.#tagged >= this.#maxSeries && !entry.series.has(own)) {
      this.#overflowed++;
      this.#warn({
        code: "series",
        name: entry.metric.name,
        message: `more than ${this.#maxSeries} series: further ones, first of ` +
          `${entry.metric.name}, are recorded without tags`,
      });
      own = this.tags;
    }
    const known = entry.series.get(own);
    if (known !== undefined) return known;
    if (own !== this.tags) this.#tagged++;
    const series = makeSeries(entry.metric, own, this.#owner);
    entry.series.set(own, series);
    this.#series.push(series);
    return series;
  }

  #reject(metric: Metric): void {
    this.#rejected++;
    this.#warn({
      code: "not_finite",
      name: metric.name,
      message: `samples of ${metric.name} that are not finite numbers are passed over`,
    });
  }

  /** Tells `onWarning` of something, however often. */
  warn(message: string): void {
    this.#onWarning?.({ code: "note", name: "", message });
  }

  #warn(warning: RegistryWarning): void {
    const key = warning.code === "series" ? "series" : `${warning.code} ${warning.name}`;
    if (this.#warnings.has(key)) return;
    this.#warnings.set(key, warning);
    this.#onWarning?.(warning);
  }
}

/**
 * Checks a metric's name.
 *
 * @throws {MetricError} `name_invalid`
 */
export function checkMetricName(name: unknown): asserts name is string {
  if (typeof name === "string" && NAME.test(name)) return;
  throw new MetricError(
    "name_invalid",
    `Can't use a metric's name: ${JSON.stringify(name) ?? String(name)} ` +
      `(a letter or _, then letters, digits and _, at most 128)`,
  );
}

function describe({ type, contains }: Metric): string {
  return contains === "default" ? type : `${type} of ${contains}`;
}
