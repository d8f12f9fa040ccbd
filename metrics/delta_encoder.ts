import { ByteWriter, CONTENTS, SOFT_DELTA_BYTES, TYPES, VERSION } from "./_delta_wire.ts";
import type { LiveSeries } from "./_series.ts";
import type { Window } from "./_window.ts";
import { type Histogram, partsOf } from "./histogram.ts";
import { type Registry, registryParts } from "./registry.ts";

/**
 * Takes what a registry recorded since the last time, as bytes for a `DeltaDecoder`.
 *
 * The bytes, all numbers as varints unless said otherwise: version (1), sequence number from 0;
 * new metrics (1, name, type, contents), 0; new series (metric id + 1, number of tags, names and
 * values), 0; samples (series id + 1, then by kind), 0. Ids count up in the order of
 * introduction. A name or value is its string id + 1, or 0 with the string itself on first use.
 * A registry has one encoder: taking empties it.
 */
export class DeltaEncoder {
  readonly #registry: Registry;
  readonly #writer = new ByteWriter();
  readonly #strings = new Map<string, number>();
  #sequence = 0;
  #metricsSent = 0;
  #seriesSent = 0;

  /** Makes the one encoder of a registry. */
  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Whether there is something to take: after a long pause one delta may not hold it all. */
  get pending(): boolean {
    const { metrics, series } = registryParts(this.#registry);
    return metrics.length > this.#metricsSent || series.length > this.#seriesSent ||
      series.some((one) => one.used);
  }

  /**
   * What changed since the last call, which then counts as taken: counters, rates and trends
   * start again from nothing, gauges keep their value. Empty when nothing changed; at most
   * 16 MiB, the rest is left for the next call (see `pending`).
   */
  encode(): Uint8Array {
    if (!this.pending) return new Uint8Array(0);
    const writer = this.#writer;
    writer.byte(VERSION);
    writer.varint(this.#sequence++);
    this.#dictionary();
    this.#samples();
    return writer.take();
  }

  #dictionary(): void {
    const writer = this.#writer;
    const { metrics, series } = registryParts(this.#registry);
    for (const metric of metrics.slice(this.#metricsSent)) {
      writer.varint(1);
      writer.string(metric.name);
      writer.byte(TYPES.indexOf(metric.type));
      writer.byte(CONTENTS.indexOf(metric.contains));
    }
    this.#metricsSent = metrics.length;
    writer.varint(0);
    const metricIds = new Map(metrics.map((metric, id) => [metric, id]));
    while (this.#seriesSent < series.length && writer.length < SOFT_DELTA_BYTES) {
      const { metric, tags } = series[this.#seriesSent++]!;
      writer.varint(metricIds.get(metric)! + 1);
      writer.varint(tags.entries.length);
      for (const [name, value] of tags.entries) {
        this.#string(name);
        this.#string(value);
      }
    }
    writer.varint(0);
  }

  #samples(): void {
    const { series } = registryParts(this.#registry);
    const gauges: number[] = [];
    for (let id = 0; id < this.#seriesSent && this.#writer.length < SOFT_DELTA_BYTES; id++) {
      const one = series[id]!;
      if (!one.used) continue;
      if (one.metric.type === "gauge") gauges.push(id);
      else this.#sample(id, one);
    }
    // The receiver must see the gauge that was set last as the last.
    gauges.sort((a, b) => series[a]!.setAt - series[b]!.setAt);
    for (const id of gauges) this.#sample(id, series[id]!);
    this.#writer.varint(0);
  }

  #sample(id: number, series: LiveSeries): void {
    const writer = this.#writer;
    const { aggregate } = series;
    writer.varint(id + 1);
    switch (aggregate.type) {
      case "counter":
        writer.number(aggregate.total);
        break;
      case "gauge":
        writer.number(aggregate.value);
        writer.number(aggregate.min);
        writer.number(aggregate.max);
        break;
      case "rate":
        writer.varint(aggregate.passes);
        writer.varint(aggregate.total);
        break;
      case "trend":
        writeHistogram(writer, aggregate.histogram);
        break;
    }
    series.drain();
  }

  #string(text: string): void {
    const id = this.#strings.get(text);
    if (id !== undefined) {
      this.#writer.varint(id + 1);
      return;
    }
    this.#strings.set(text, this.#strings.size);
    this.#writer.varint(0);
    this.#writer.string(text);
  }
}

function writeHistogram(writer: ByteWriter, histogram: Histogram): void {
  const { stats, positive, negative } = partsOf(histogram);
  writer.number(histogram.sum);
  writer.number(histogram.min);
  writer.number(histogram.max);
  writer.varint(stats[4]!);
  writeBuckets(writer, positive);
  writeBuckets(writer, negative);
}

/** How many buckets are in use, then for each the step from the one before and its count. */
function writeBuckets(writer: ByteWriter, window: Window | undefined): void {
  if (window === undefined) return writer.varint(0);
  const { counts, first } = window;
  let used = 0;
  for (let i = 0; i < counts.length; i++) if (counts[i]! > 0) used++;
  writer.varint(used);
  let last = 0;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!;
    if (count === 0) continue;
    writer.varint(first + i - last);
    writer.varint(count);
    last = first + i;
  }
}
