import { ByteWriter, CONTENTS, TYPES } from "./_delta_wire.ts";
import { BATCH_VERSION, MAX_WHOLE_SAMPLE as MAX_WHOLE } from "./_sample_wire.ts";
import type { Series } from "./aggregate.ts";
import type { Registry } from "./registry.ts";
import { SampleDecoder } from "./sample_decoder.ts";

/**
 * Makes one stream of samples of several: each batch of a `SampleStream` becomes one for a single
 * `SampleDecoder`, with the same samples at the same times.
 */
export class SampleMerger {
  readonly #registry: Registry;
  readonly #sources = new Map<number, SampleDecoder>();
  readonly #ids = new Map<Series, number>();
  readonly #writer = new ByteWriter();
  #sequence = 0;
  #discarded = 0;
  #lostTold = 0;

  /** Merges nothing yet. @param registry whose bounds apply; the samples are not counted in it */
  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Samples that the sources discarded, and `discard`, so far. */
  get lost(): number {
    let sum = this.#discarded;
    for (const { lost } of this.#sources.values()) sum += lost;
    return sum;
  }

  /**
   * The next batch of a source as the next one of all.
   *
   * @throws {MetricError} `samples_malformed`: nothing more of that source can be taken
   */
  add(source: number, bytes: Uint8Array): Uint8Array {
    const { length, series, times, values } = this.#decoderOf(source).decode(bytes);
    let time = length > 0 ? microseconds(times[0]!) : 0;
    const writer = this.#begin(time);
    for (let i = 0; i < length; i++) {
      const one = series[i]!;
      const known = this.#ids.get(one);
      const id = known ?? this.#ids.size;
      const value = values[i]!;
      const whole = Number.isInteger(value) && Math.abs(value) <= MAX_WHOLE;
      writer.varint(id * 2 + (whole ? 1 : 0));
      if (known === undefined) this.#introduce(one, id);
      const at = microseconds(times[i]!);
      writer.varint(at - time);
      time = at;
      if (whole) writer.varint(value < 0 ? -value * 2 - 1 : value * 2);
      else writer.float(value);
    }
    return writer.take();
  }

  /** Reads the next batch of a source, for which there is no way: its samples count as lost. */
  discard(source: number, bytes: Uint8Array): void {
    this.#discarded += this.#decoderOf(source).decode(bytes).length;
  }

  /** A batch without samples that says how many were lost; empty when that was said already. */
  rest(): Uint8Array {
    return this.lost > this.#lostTold ? this.#begin(0).take() : new Uint8Array(0);
  }

  #decoderOf(source: number): SampleDecoder {
    let decoder = this.#sources.get(source);
    if (decoder === undefined) {
      decoder = new SampleDecoder(this.#registry);
      this.#sources.set(source, decoder);
    }
    return decoder;
  }

  #begin(time: number): ByteWriter {
    const writer = this.#writer;
    this.#lostTold = this.lost;
    writer.byte(BATCH_VERSION);
    writer.varint(this.#sequence++);
    writer.varint(this.#lostTold);
    writer.varint(time);
    return writer;
  }

  #introduce(series: Series, id: number): void {
    const writer = this.#writer;
    const { metric, tags } = series;
    this.#ids.set(series, id);
    writer.string(metric.name);
    writer.byte(TYPES.indexOf(metric.type));
    writer.byte(CONTENTS.indexOf(metric.contains));
    writer.varint(tags.entries.length);
    for (const [name, value] of tags.entries) {
      writer.string(name);
      writer.string(value);
    }
  }
}

/** A time of a batch is whole microseconds: dividing them by 1000 left a rounding error. */
function microseconds(ms: number): number {
  return Math.round(ms * 1000);
}
