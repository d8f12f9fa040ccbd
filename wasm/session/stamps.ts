import type { CounterStamp, TimestampStamp } from "../plan.ts";
import {
  addWords,
  EPOCH,
  type EpochClock,
  type Words,
  wordsOf,
  writeField,
  writeTime,
} from "./numbers.ts";

/** Which of how many shards this is: their counters go in strides, so that no value comes twice. */
export interface Segment {
  /** From 0. */
  readonly index: number;
  /** At least 1. */
  readonly count: number;
}

/** The whole load in one place. */
export const WHOLE: Segment = { index: 0, count: 1 };

/** What is written into each copy of a packet. */
export class Stamper {
  readonly #counter: CounterStamp | null;
  readonly #timestamp: TimestampStamp | null;
  readonly #clock: EpochClock;
  readonly #next: Words;
  readonly #stride: Readonly<Words>;
  readonly #time: Words = { low: 0, high: 0 };

  /** Shard `index` of `count` counts `index × step`, then on by `count × step`. */
  constructor(
    counter: CounterStamp | null,
    timestamp: TimestampStamp | null,
    segment: Segment = WHOLE,
    clock: EpochClock = EPOCH,
  ) {
    this.#counter = counter;
    this.#timestamp = timestamp;
    this.#clock = clock;
    const step = BigInt(counter?.step ?? 0);
    this.#next = wordsOf(step * BigInt(segment.index));
    this.#stride = wordsOf(step * BigInt(segment.count));
  }

  /** Whether copies differ at all. */
  get active(): boolean {
    return this.#counter !== null || this.#timestamp !== null;
  }

  /** Stamps copies that lie one behind the other, all with the time of now: they are sent at once. */
  stamp(view: DataView, size: number, copies: number): void {
    const counter = this.#counter;
    const timestamp = this.#timestamp;
    if (timestamp !== null) writeTime(this.#time, this.#clock(), timestamp.unit);
    for (let i = 0, base = 0; i < copies; i++, base += size) {
      if (counter !== null) {
        writeField(view, base, counter, this.#next);
        addWords(this.#next, this.#stride);
      }
      if (timestamp !== null) writeField(view, base, timestamp, this.#time);
    }
  }
}
