import { ByteReader, CONTENTS, malformed, MAX_DELTA_BYTES, TYPES, VERSION } from "./_delta_wire.ts";
import type { LiveSeries } from "./_series.ts";
import { bucketOf, BUCKETS } from "./_window.ts";
import { Histogram, partsOf } from "./histogram.ts";
import type { Metric } from "./metric.ts";
import { checkMetricName, type Registry, registryParts } from "./registry.ts";
import type { Tags } from "./tags.ts";

// What one peer may introduce, over all its deltas.
const MAX_METRICS = 2000;
const MAX_SERIES = 100_000;
const MAX_TAGS = 256;
/** Buckets between the lowest and the highest of each trend: 512 MiB of counts in all. */
const MAX_ROOM = 64 * 1024 * 1024;
const MAX_STRING_UNITS = 32 * 1024 * 1024;

/** A series as introduced; looked up in the registry when a delta proved whole. */
interface Introduced {
  readonly metric: Metric;
  readonly tags: readonly (readonly [string, string])[];
}

/**
 * Merges the deltas of one `DeltaEncoder` into a registry, in their order. Any number of
 * decoders may feed one registry.
 *
 * The bytes may come from anyone: a delta is checked from its first to its last byte before a
 * sample is counted, and everything a peer can make grow has a cap.
 */
export class DeltaDecoder {
  /** What this encoder alone sent of the trend that is followed, whatever its tags; else empty. */
  readonly followed: Histogram = new Histogram();
  readonly #into: Registry;
  readonly #follow: string | null;
  readonly #strings: string[] = [];
  readonly #metrics: Metric[] = [];
  /** Per series id the metric, and the series in the registry. */
  readonly #kinds: Metric[] = [];
  readonly #series: LiveSeries[] = [];
  #stringUnits = 0;
  #room = 0;
  #sequence = 0;

  /**
   * Makes a decoder for one encoder, from its first delta on.
   *
   * @param follow name of a trend that is also counted apart from those of other encoders
   */
  constructor(into: Registry, follow: string | null = null) {
    this.#into = into;
    this.#follow = follow;
  }

  /**
   * Adds a delta to the registry; an empty one adds nothing.
   *
   * @throws {MetricError} `delta_malformed`: nothing of it was counted, and the encoder's later
   *   deltas won't be taken either
   */
  apply(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (bytes.length > MAX_DELTA_BYTES) {
      throw malformed(`it has ${bytes.length} bytes, above ${MAX_DELTA_BYTES}`);
    }
    const reader = new ByteReader(bytes);
    const version = reader.byte();
    if (version !== VERSION) throw malformed(`its version is ${version}, not ${VERSION}`);
    const sequence = reader.varint();
    if (sequence !== this.#sequence) {
      throw malformed(`it is number ${sequence}, expected ${this.#sequence}`);
    }
    const before = [this.#strings.length, this.#metrics.length, this.#kinds.length] as const;
    const [unitsBefore, roomBefore] = [this.#stringUnits, this.#room];
    try {
      this.#readMetrics(reader);
      const introduced = this.#readSeries(reader);
      const samples = reader.position;
      this.#readSamples(reader, false);
      if (!reader.atEnd) throw malformed("it goes on after its end");
      this.#declare(this.#metrics.slice(before[1]), introduced);
      reader.position = samples;
      this.#readSamples(reader, true);
      this.#sequence++;
    } catch (error) {
      [this.#strings.length, this.#metrics.length, this.#kinds.length] = before;
      this.#series.length = before[2];
      [this.#stringUnits, this.#room] = [unitsBefore, roomBefore];
      throw error;
    }
  }

  #readMetrics(reader: ByteReader): void {
    for (let more = reader.varint(); more !== 0; more = reader.varint()) {
      if (more !== 1) throw malformed(`an unknown mark before a metric: ${more}`);
      if (this.#metrics.length >= MAX_METRICS) throw malformed(`above ${MAX_METRICS} metrics`);
      const name = reader.string();
      const type = TYPES[reader.byte()];
      const contains = CONTENTS[reader.byte()];
      if (type === undefined || contains === undefined) {
        throw malformed(`the metric ${JSON.stringify(name)} is of an unknown kind`);
      }
      try {
        checkMetricName(name);
      } catch (error) {
        throw malformed("a metric has no valid name", error);
      }
      this.#metrics.push({ name, type, contains });
    }
  }

  #readSeries(reader: ByteReader): Introduced[] {
    const introduced: Introduced[] = [];
    for (let id = reader.varint(); id !== 0; id = reader.varint()) {
      const metric = this.#metrics[id - 1];
      if (metric === undefined) throw malformed(`no metric has the id ${id - 1}`);
      if (this.#kinds.length >= MAX_SERIES) throw malformed(`above ${MAX_SERIES} series`);
      const length = reader.varint();
      if (length > MAX_TAGS) throw malformed(`a series of ${length} tags, above ${MAX_TAGS}`);
      const tags: [string, string][] = [];
      for (let i = 0; i < length; i++) {
        const name = this.#readString(reader);
        if (name === "" || name.length > 128) throw malformed("a tag has no valid name");
        tags.push([name, this.#readString(reader)]);
      }
      this.#kinds.push(metric);
      introduced.push({ metric, tags });
    }
    return introduced;
  }

  #readString(reader: ByteReader): string {
    const id = reader.varint();
    if (id > 0) {
      const known = this.#strings[id - 1];
      if (known === undefined) throw malformed(`no string has the id ${id - 1}`);
      return known;
    }
    const text = reader.string();
    // Also bounds their number: each one counts as at least 8.
    this.#stringUnits += Math.max(8, text.length);
    if (this.#stringUnits > MAX_STRING_UNITS) throw malformed("too many strings");
    this.#strings.push(text);
    return text;
  }

  /** Makes what is new in the registry; the registry's own bounds apply. */
  #declare(metrics: readonly Metric[], introduced: readonly Introduced[]): void {
    const { find } = registryParts(this.#into);
    try {
      for (const metric of metrics) find(metric, this.#into.tags);
      for (const { metric, tags } of introduced) {
        let set: Tags = this.#into.tags;
        for (const [name, value] of tags) set = set.with(name, value);
        this.#series.push(find(metric, set));
      }
    } catch (error) {
      throw malformed("it doesn't fit the metrics that exist", error);
    }
  }

  /** Checks every sample; with `add` on a delta that was checked, counts them. */
  #readSamples(reader: ByteReader, add: boolean): void {
    for (let id = reader.varint(); id !== 0; id = reader.varint()) {
      const metric = this.#kinds[id - 1];
      if (metric === undefined) throw malformed(`no series has the id ${id - 1}`);
      const series = add ? this.#series[id - 1] : undefined;
      switch (metric.type) {
        case "counter": {
          const total = reader.number();
          series?.merge({ type: "counter", total });
          break;
        }
        case "gauge": {
          const [value, min, max] = [reader.number(), reader.number(), reader.number()];
          if (min > value || value > max) throw malformed(`${metric.name} is beyond its bounds`);
          series?.merge({ type: "gauge", value, min, max });
          break;
        }
        case "rate": {
          const [passes, total] = [reader.varint(), reader.varint()];
          if (passes > total || total === 0) {
            throw malformed(`${metric.name} passed ${passes} of ${total}`);
          }
          series?.merge({ type: "rate", passes, total });
          break;
        }
        case "trend": {
          const start = reader.position;
          const into = series?.aggregate.type === "trend" ? series.aggregate.histogram : undefined;
          this.#takeRoom(readHistogram(reader, metric.name, into), add, this.#series[id - 1]);
          if (!add || metric.name !== this.#follow) break;
          reader.position = start;
          readHistogram(reader, metric.name, this.followed);
          break;
        }
      }
    }
  }

  /** Sees to it, before anything is counted, that few far-apart buckets don't fill the memory. */
  #takeRoom(spreads: readonly Spread[], counted: boolean, known: LiveSeries | undefined): void {
    if (counted) return;
    const parts = known?.aggregate.type === "trend" ? partsOf(known.aggregate.histogram) : null;
    for (const [i, { count, first, last }] of spreads.entries()) {
      if (count === 0) continue;
      const window = i === 0 ? parts?.positive : parts?.negative;
      const length = window?.counts.length ?? 0;
      const start = length === 0 ? first : Math.min(first, window!.first);
      const end = length === 0 ? last + 1 : Math.max(last + 1, window!.first + length);
      this.#room += end - start - length;
    }
    if (this.#room > MAX_ROOM) throw malformed("the values of its trends lie too far apart");
  }
}

/** The buckets of one sign in a sample. */
interface Spread {
  count: number;
  first: number;
  last: number;
}

/** Checks a trend's sample; with `into` counts it there. Returns its positive and negative part. */
function readHistogram(
  reader: ByteReader,
  name: string,
  into: Histogram | undefined,
): [positive: Spread, negative: Spread] {
  const parts = into === undefined ? undefined : partsOf(into);
  const [sum, min, max] = [reader.number(), reader.number(), reader.number()];
  const zeros = reader.varint();
  const positive = readBuckets(reader, (bucket, n) => parts?.positive.increase(bucket, n));
  const negative = readBuckets(reader, (bucket, n) => parts?.negatives().increase(bucket, n));
  const count = zeros + positive.count + negative.count;
  if (count === 0 || !Number.isSafeInteger(count)) throw malformed(`${name} has ${count} values`);
  const low = negative.count > 0 ? -1 - negative.last : zeros > 0 ? 0 : 1 + positive.first;
  const high = positive.count > 0 ? 1 + positive.last : zeros > 0 ? 0 : -1 - negative.first;
  if (place(min) !== low || place(max) !== high || min > max) {
    throw malformed(`the smallest and largest of ${name} are not in its buckets: ${min}, ${max}`);
  }
  if (parts === undefined) return [positive, negative];
  const { stats } = parts;
  stats[0]! += count;
  stats[1]! += sum;
  if (min < stats[2]!) stats[2] = min;
  if (max > stats[3]!) stats[3] = max;
  stats[4]! += zeros;
  return [positive, negative];
}

/** A bucket's place among all buckets: 0 for zero, 1 and up for positive, -1 and down for negative. */
function place(value: number): number {
  return value > 0 ? 1 + bucketOf(value) : value < 0 ? -1 - bucketOf(-value) : 0;
}

function readBuckets(
  reader: ByteReader,
  add: (bucket: number, count: number) => void,
): Spread {
  const used = reader.varint();
  if (used > BUCKETS) throw malformed(`${used} buckets, above ${BUCKETS}`);
  const found: Spread = { count: 0, first: 0, last: 0 };
  for (let i = 0; i < used; i++) {
    const step = reader.varint();
    const count = reader.varint();
    if (i > 0 && step === 0) throw malformed("a bucket comes twice");
    if (count === 0) throw malformed("a bucket is empty");
    found.last += step;
    if (found.last >= BUCKETS) throw malformed(`no bucket has the number ${found.last}`);
    if (i === 0) found.first = found.last;
    found.count += count;
    add(found.last, count);
  }
  return found;
}
