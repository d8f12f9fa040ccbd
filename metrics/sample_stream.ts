import { ByteWriter, CONTENTS, TYPES } from "./_delta_wire.ts";
import { BATCH_BYTES, BATCH_VERSION, MAX_WHOLE_SAMPLE as MAX_WHOLE } from "./_sample_wire.ts";
import type { LiveSeries } from "./_series.ts";
import type { Sink } from "./recorder.ts";
import { type Registry, registryParts } from "./registry.ts";

/** Samples that share one look at the clock, if nothing else happens between them. */
const SHARE_TIME = 16;

/** How a stream of samples works together with what sends it. */
export interface SampleStreamOptions {
  /** Milliseconds since the epoch, with a fraction: stamps the samples. */
  readonly now: () => number;
  /**
   * Called from within a sink's `add` when a batch is long enough: the time to `take` it, or to
   * `discard` it when there is no way for it.
   */
  readonly onFull: () => void;
}

/**
 * Every sample of a registry, one by one, as bytes for a `SampleDecoder`; the series go on adding
 * up beside it. It costs what it costs only where there is one: sinks that a registry handed out
 * before it are not listened to. Samples that come at once share one time, sixteen at most.
 *
 * The bytes of a batch, all numbers as varints unless said otherwise: version (1), sequence number
 * from 0, samples discarded so far, microseconds since the epoch; then samples to the end: series
 * id * 2 + 1 for a whole value, microseconds since the sample before, the value zigzagged or as a
 * float64. Ids count up in the order of introduction: where one is new, the metric's name, type
 * and contents, the number of tags, and names and values stand between id and time.
 */
export class SampleStream {
  readonly #registry: Registry;
  readonly #now: () => number;
  readonly #onFull: () => void;
  readonly #writer = new ByteWriter();
  readonly #sinks = new Map<LiveSeries, StreamedSink>();
  /** What the current batch introduces. */
  #introduced: StreamedSink[] = [];
  #known = 0;
  #sequence = 0;
  #lastTime = 0;
  /** Samples that may still have the time of the one before; the end of the turn takes it back. */
  #shares = 0;
  readonly #endTurn = () => void (this.#shares = 0);
  #length = 0;
  #lost = 0;
  #lostSent = 0;

  /** Listens to every sink that the registry hands out from now on. */
  constructor(registry: Registry, options: SampleStreamOptions) {
    this.#registry = registry;
    this.#now = options.now;
    this.#onFull = options.onFull;
    registryParts(registry).tee((series) => this.#sink(series));
  }

  /** Whether there is something to take. */
  get pending(): boolean {
    return this.#length > 0 || this.#lost > this.#lostSent;
  }

  /** Samples discarded so far. */
  get lost(): number {
    return this.#lost;
  }

  /** The samples since the last call as one batch; empty when there are none. */
  take(): Uint8Array<ArrayBuffer> {
    if (!this.pending) return new Uint8Array(0);
    if (this.#length === 0) this.#begin();
    this.#sequence++;
    this.#introduced = [];
    this.#length = 0;
    this.#lostSent = this.#lost;
    return this.#writer.take();
  }

  /** Gives up the samples since the last `take`; how many is told with the next batch. */
  discard(): void {
    this.#lost += this.#length;
    this.#length = 0;
    this.#writer.length = 0;
    // The next batch introduces them anew.
    for (const sink of this.#introduced) sink.id = -1;
    this.#known -= this.#introduced.length;
    this.#introduced = [];
  }

  #sink(series: LiveSeries): Sink {
    let sink = this.#sinks.get(series);
    if (sink === undefined) {
      sink = new StreamedSink(series, (from, value) => this.#push(from, value));
      this.#sinks.set(series, sink);
    }
    return sink;
  }

  #push(sink: StreamedSink, value: number): void {
    const writer = this.#writer;
    let step = 0;
    if (this.#shares === 0) {
      const time = this.#microseconds();
      step = time - this.#lastTime;
      this.#lastTime = time;
      this.#shares = SHARE_TIME;
      queueMicrotask(this.#endTurn);
    }
    this.#shares--;
    if (this.#length++ === 0) {
      this.#begin();
      step = 0;
    }
    const whole = value === Math.floor(value) && value <= MAX_WHOLE && value >= -MAX_WHOLE;
    const isNew = sink.id < 0;
    if (isNew) sink.id = this.#known++;
    writer.varint(sink.id * 2 + (whole ? 1 : 0));
    if (isNew) this.#introduce(sink);
    writer.varint(step);
    if (whole) writer.varint(value < 0 ? -value * 2 - 1 : value * 2);
    else writer.float(value);
    if (writer.length < BATCH_BYTES) return;
    this.#onFull();
    if (this.#length > 0) this.discard();
  }

  #begin(): void {
    const writer = this.#writer;
    writer.byte(BATCH_VERSION);
    writer.varint(this.#sequence);
    writer.varint(this.#lost);
    writer.varint(this.#lastTime);
  }

  #introduce(sink: StreamedSink): void {
    const writer = this.#writer;
    const { metric, tags } = sink.series;
    this.#introduced.push(sink);
    writer.string(metric.name);
    writer.byte(TYPES.indexOf(metric.type));
    writer.byte(CONTENTS.indexOf(metric.contains));
    writer.varint(tags.entries.length);
    for (const [name, value] of tags.entries) {
      writer.string(name);
      writer.string(value);
    }
  }

  /** Now; a clock that went back stands still until it is where it was. */
  #microseconds(): number {
    return Math.max(this.#lastTime, Math.floor(this.#now() * 1000));
  }
}

/** Adds to a series and tells the stream. */
class StreamedSink implements Sink {
  /** Its number in the stream; -1 when it was not introduced. */
  id = -1;

  constructor(
    readonly series: LiveSeries,
    readonly push: (sink: StreamedSink, value: number) => void,
  ) {}

  add(value: number): void {
    this.series.add(value);
    // NaN and the infinities are passed over, as in the series.
    if (value - value === 0) this.push(this, value);
  }
}
