import { ByteReader, CONTENTS, TYPES } from "./_delta_wire.ts";
import { BATCH_VERSION, MAX_BATCH_BYTES, MAX_WHOLE_SAMPLE } from "./_sample_wire.ts";
import type { Series } from "./aggregate.ts";
import { MetricError } from "./errors.ts";
import { type Registry, registryParts } from "./registry.ts";
import type { SampleBatch } from "./sample_batch.ts";
import type { Tags } from "./tags.ts";

// What one peer may introduce, over all its batches.
const MAX_SERIES = 100_000;
const MAX_TAGS = 256;
/** The last time that a date can have, microseconds since the epoch. */
const MAX_TIME = 8.64e18 / 1000;

/**
 * Reads the batches of one `SampleStream`, in their order. Their series are those of a registry,
 * whose bounds apply; their samples are not counted in it, which is what deltas are for.
 *
 * The bytes may come from anyone: a batch is checked from its first to its last byte before it is
 * handed out, and everything a peer can make grow has a cap.
 */
export class SampleDecoder {
  readonly #registry: Registry;
  /** Per id; the series of the registry. */
  readonly #known: Series[] = [];
  readonly #series: Series[] = [];
  #times = new Float64Array(1024);
  #values = new Float64Array(1024);
  #sequence = 0;
  #lost = 0;

  /** Makes a decoder for one stream, from its first batch on. */
  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Samples that the other end discarded, as far as it told. */
  get lost(): number {
    return this.#lost;
  }

  /**
   * The samples of a batch, good until the next call.
   *
   * @throws {MetricError} `samples_malformed`: the stream's later batches won't be taken either
   */
  decode(bytes: Uint8Array): SampleBatch {
    const known = this.#known.length;
    try {
      return this.#decode(bytes);
    } catch (error) {
      this.#known.length = known;
      throw error;
    }
  }

  #decode(bytes: Uint8Array): SampleBatch {
    if (bytes.length > MAX_BATCH_BYTES) {
      throw malformed(`it has ${bytes.length} bytes, above ${MAX_BATCH_BYTES}`);
    }
    const reader = new ByteReader(bytes, malformed);
    const version = reader.byte();
    if (version !== BATCH_VERSION) throw malformed(`its version is ${version}`);
    const sequence = reader.varint();
    if (sequence !== this.#sequence) {
      throw malformed(`it is number ${sequence}, expected ${this.#sequence}`);
    }
    const lost = reader.varint();
    if (lost < this.#lost) throw malformed(`${lost} samples lost, before there were ${this.#lost}`);
    const length = this.#readSamples(reader, reader.varint());
    this.#sequence++;
    this.#lost = lost;
    return { length, series: this.#series, times: this.#times, values: this.#values };
  }

  #readSamples(reader: ByteReader, from: number): number {
    let time = from;
    let length = 0;
    while (!reader.atEnd) {
      const head = reader.varint();
      const id = Math.floor(head / 2);
      if (id > this.#known.length) throw malformed(`no series has the id ${id}`);
      if (id === this.#known.length) this.#known.push(this.#readSeries(reader));
      time += reader.varint();
      if (time > MAX_TIME) throw malformed(`a sample is of the time ${time}`);
      const value = head % 2 === 0 ? reader.float() : readWhole(reader);
      if (length === this.#times.length) this.#grow();
      this.#series[length] = this.#known[id]!;
      this.#times[length] = time / 1000;
      this.#values[length] = value;
      length++;
    }
    return length;
  }

  #readSeries(reader: ByteReader): Series {
    if (this.#known.length >= MAX_SERIES) throw malformed(`above ${MAX_SERIES} series`);
    const name = reader.string();
    const type = TYPES[reader.byte()];
    const contains = CONTENTS[reader.byte()];
    if (type === undefined || contains === undefined) {
      throw malformed(`the metric ${JSON.stringify(name)} is of an unknown kind`);
    }
    const length = reader.varint();
    if (length > MAX_TAGS) throw malformed(`a series of ${length} tags, above ${MAX_TAGS}`);
    const pairs = Array.from({ length }, () => [reader.string(), reader.string()] as const);
    try {
      let tags: Tags = this.#registry.tags;
      for (const [key, value] of pairs) tags = tags.with(key, value);
      return registryParts(this.#registry).find({ name, type, contains }, tags);
    } catch (error) {
      throw malformed("it doesn't fit the metrics that exist", error);
    }
  }

  #grow(): void {
    const [times, values] = [this.#times, this.#values];
    this.#times = new Float64Array(times.length * 2);
    this.#values = new Float64Array(values.length * 2);
    this.#times.set(times);
    this.#values.set(values);
  }
}

function readWhole(reader: ByteReader): number {
  const zigzag = reader.varint();
  const value = zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
  if (Math.abs(value) > MAX_WHOLE_SAMPLE) throw malformed(`a whole value is ${value}`);
  return value;
}

function malformed(what: string, cause?: unknown): MetricError {
  return new MetricError("samples_malformed", `Can't read a batch of samples: ${what}`, cause);
}
